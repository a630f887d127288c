import { expect, it } from "vitest";
import { errorCodes, HoldfastError, isHoldfastError, refusal } from "./errors.ts";

it("carries what a caller decides by", () => {
  const cause = new Error("connect ECONNREFUSED 127.0.0.1:6379");
  const error = new HoldfastError("HOLDFAST_UNAVAILABLE", "GET was not sent", {
    outcome: "not-sent",
    symptom: "refused",
    attempts: 2,
    elapsedMs: 12,
    retryAfterMs: 200,
    cause,
  });
  expect(error).toMatchObject({
    name: "HoldfastError",
    code: "HOLDFAST_UNAVAILABLE",
    outcome: "not-sent",
    symptom: "refused",
    attempts: 2,
    elapsedMs: 12,
    retryAfterMs: 200,
  });
  expect(error.cause).toBe(cause);
  expect(error.message).toBe("GET was not sent: connect ECONNREFUSED 127.0.0.1:6379");
});

it("ends with the cause's class when the cause says nothing", () => {
  class TimeoutError extends Error {}
  expect(new HoldfastError("HOLDFAST_OPEN", "refused", { cause: new TimeoutError() }).message).toBe(
    "refused: TimeoutError",
  );
  expect(new HoldfastError("HOLDFAST_OPEN", "refused", { cause: 42 }).message).toBe("refused");
});

it("leaves out what is not known", () => {
  const error = new HoldfastError("HOLDFAST_CLOSED", "closed");
  expect("symptom" in error).toBe(false);
  expect("retryAfterMs" in error).toBe(false);
  expect("cause" in error).toBe(false);
});

it("captures no stack on the refusal path and leaves the limit as it was", () => {
  const limit = Error.stackTraceLimit;
  expect(refusal("HOLDFAST_OPEN", "refused", {}).stack).not.toMatch(/\n\s+at /);
  expect(Error.stackTraceLimit).toBe(limit);
  expect(new HoldfastError("HOLDFAST_OPEN", "refused").stack).toMatch(/\n\s+at /);
});

it("is recognised across copies of the package, and nothing else is", () => {
  const fromAnotherCopy = Object.assign(new Error("x"), { [Symbol.for("holdfast.error")]: true });
  expect(isHoldfastError(new HoldfastError("HOLDFAST_OPEN", "x"))).toBe(true);
  expect(isHoldfastError(fromAnotherCopy)).toBe(true);
  for (const other of [undefined, null, 1, "x", {}, new Error("x")]) {
    expect(isHoldfastError(other)).toBe(false);
  }
});

it("documents every code with a sentence", () => {
  for (const [code, meaning] of Object.entries(errorCodes)) {
    expect(code).toMatch(/^HOLDFAST_[A-Z_]+$/);
    expect(meaning).toMatch(/^[A-Z].{20,}\.$/s);
  }
});
