import { TestbedError } from "./errors.ts";

/**
 * Checks one numeric option.
 *
 * @throws TestbedError `OPTIONS`.
 */
export function requireNumber(name: string, value: number, min: number, max: number): void {
  if (!(value >= min && value <= max)) {
    throw new TestbedError(
      "OPTIONS",
      `${name} is ${value}, expected a number from ${min} to ${max}`,
    );
  }
}

/** As {@link requireNumber}, and the value must be whole. */
export function requireInteger(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new TestbedError(
      "OPTIONS",
      `${name} is ${value}, expected a whole number from ${min} to ${max}`,
    );
  }
}
