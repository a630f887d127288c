import { HoldfastError } from "../core/index.ts";

/** Turns values into text and back. */
export interface Serializer {
  serialize(value: unknown): string;
  deserialize(text: string): unknown;
}

/**
 * JSON. A `Date` comes back as a string, `undefined` members and functions are dropped, as
 * `JSON.stringify` says; BigInt and cycles are refused.
 */
export const jsonSerializer: Serializer = {
  serialize: (value) => JSON.stringify(value),
  deserialize: (text) => JSON.parse(text) as unknown,
};

/** The text of `value`; throws `HOLDFAST_VALUE` with the serializer's own error as its cause. */
export function serialized(serializer: Serializer, value: unknown): string {
  let text: unknown;
  let cause: unknown;
  try {
    text = serializer.serialize(value);
    if (typeof text === "string") return text;
  } catch (error) {
    cause = error;
  }
  throw new HoldfastError(
    "HOLDFAST_VALUE",
    `a value of type ${typeof value} cannot be serialised`,
    cause === undefined ? {} : { cause },
  );
}

/** Reads a value back, frozen; throws whatever the serializer throws. */
export function deserialized(serializer: Serializer, text: string): unknown {
  return freezeDeep(serializer.deserialize(text));
}

/**
 * Freezes arrays and plain objects all the way down. Other objects (a `Map`, a typed array, an
 * instance of a class that a serializer of one's own makes) are left as they are: freezing does not
 * protect their contents, and typed arrays cannot be frozen.
 */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  // A stack of our own: a deeply nested value must not overflow the call stack.
  const pending: object[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!Array.isArray(next) && !isPlain(next)) continue;
    Object.freeze(next);
    const members: unknown[] = Array.isArray(next) ? next : Object.values(next);
    for (const member of members) {
      if (typeof member === "object" && member !== null && !Object.isFrozen(member)) {
        pending.push(member);
      }
    }
  }
  return value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
