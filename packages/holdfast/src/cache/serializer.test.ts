import { describe, expect, it } from "vitest";
import { freezeDeep, jsonSerializer, serialized } from "./serializer.ts";

describe("serialising", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;

  it.each([
    ["a BigInt", 1n],
    ["a cycle", cycle],
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
  ])("refuses %s with HOLDFAST_VALUE", (_, value) => {
    expect(() => serialized(jsonSerializer, value)).toThrowError(
      expect.objectContaining({ code: "HOLDFAST_VALUE" }),
    );
  });

  it("carries the serializer's own error", () => {
    const cause = new Error("own");
    const failing = {
      ...jsonSerializer,
      serialize: () => {
        throw cause;
      },
    };
    expect(() => serialized(failing, 1)).toThrowError(expect.objectContaining({ cause }));
  });

  it("refuses what a serializer gives that is no text", () => {
    const wrong = { ...jsonSerializer, serialize: () => 1 as unknown as string };
    expect(() => serialized(wrong, 1)).toThrowError(
      expect.objectContaining({ code: "HOLDFAST_VALUE" }),
    );
  });
});

describe("freezing", () => {
  it("reaches every nested object and array", () => {
    const value = freezeDeep({ a: [{ b: { c: 1 } }], d: null });
    expect(Object.isFrozen(value)).toBe(true);
    expect(Object.isFrozen(value.a)).toBe(true);
    expect(Object.isFrozen(value.a[0]?.b)).toBe(true);
  });

  it("takes a nesting of 100,000 levels", () => {
    let value: unknown[] = [];
    for (let depth = 0; depth < 100_000; depth++) value = [value];
    expect(Object.isFrozen(freezeDeep(value))).toBe(true);
  });

  it("ends on a cycle", () => {
    const value: Record<string, unknown> = {};
    value.self = value;
    expect(Object.isFrozen(freezeDeep(value))).toBe(true);
  });

  it("leaves what it cannot protect as it is", () => {
    const bytes = new Uint8Array(2);
    const map = new Map();
    freezeDeep({ bytes, map });
    expect(Object.isFrozen(bytes)).toBe(false);
    expect(Object.isFrozen(map)).toBe(false);
  });
});
