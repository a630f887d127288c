/** What is not written out in a source: a variable from elsewhere, a call, an expression. */
export const unclear: unique symbol = Symbol("unclear");

/** A value as it is written in a source. */
export type Value =
  | string
  | number
  | boolean
  | null
  | typeof unclear
  | readonly Value[]
  | ValueObject;

export interface ValueObject {
  readonly [name: string]: Value;
}

export function isObject(value: Value | undefined): value is ValueObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
