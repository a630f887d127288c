import { HoldfastError } from "../core/index.ts";

/** The longest key, in bytes of UTF-8. */
export const keyMaxBytes: number = 64 * 1024;

const at = 64;

/**
 * The key's name inside the whole cache. Keys of the root are themselves; those of a namespace are
 * `@name:key`. A root key that begins with `@` gets a second one, so that the two never meet.
 *
 * Throws `HOLDFAST_KEY`. It is on the path of every hit: what costs time proportional to the key is
 * checked by {@link checkKeyText} before a key can be stored.
 */
export function qualifiedKey(prefix: string, key: string): string {
  if (typeof key !== "string" || key.length === 0 || key.length > keyMaxBytes) throw keyError(key);
  if (prefix !== "") return prefix + key;
  return key.charCodeAt(0) === at ? `@${key}` : key;
}

/** The prefix of a namespace's keys; `path` is its name and those around it, outermost first. */
export function keyPrefix(path: readonly string[]): string {
  return path.length === 0 ? "" : `@${path.join("/")}:`;
}

/**
 * Refuses keys that are too long in UTF-8, and those with half of a surrogate pair: as UTF-8 all
 * such halves are the same, so that two keys would share one value.
 */
export function checkKeyText(key: string): void {
  const mayBeTooLong = key.length * 3 > keyMaxBytes;
  if (mayBeTooLong && Buffer.byteLength(key) > keyMaxBytes) throw keyError(key);
  if (!isWellFormed(key)) {
    throw new HoldfastError("HOLDFAST_KEY", "the key has half of a surrogate pair");
  }
}

// In Node.js 20, but not in the ES2023 library that this package is compiled against.
const isWellFormed = (text: string): boolean =>
  (text as unknown as { isWellFormed(): boolean }).isWellFormed();

function keyError(key: unknown): HoldfastError {
  const what = typeof key === "string" ? `${Buffer.byteLength(key)} bytes long` : `a ${typeof key}`;
  return new HoldfastError(
    "HOLDFAST_KEY",
    `the key is ${what}, expected a string of 1 to ${keyMaxBytes} bytes`,
  );
}
