import { describe, expect, it } from "vitest";
import { FakeClock, settle } from "../../test/support/fake-clock.ts";
import { createPolicy } from "./index.ts";

describe("createPolicy", () => {
  it("gives what the function gives, and rejects with its own error object", async () => {
    const policy = createPolicy({ clock: new FakeClock() });
    const boom = new Error("boom");
    await expect(policy.execute(async () => 7)).resolves.toBe(7);
    await expect(policy.execute(() => 7)).resolves.toBe(7);
    await expect(policy.execute(async () => Promise.reject(boom))).rejects.toBe(boom);
  });

  it("retries until it succeeds and tells the function which attempt it is", async () => {
    const clock = new FakeClock();
    const policy = createPolicy({ retry: { jitter: "none" }, deadlineMs: 1_000, clock });
    const attempts: number[] = [];
    const result = policy.execute(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw new Error("not yet");
      return "done";
    });
    await clock.advance(150);
    await expect(result).resolves.toBe("done");
    expect(attempts).toEqual([1, 2, 3]);
  });

  it("opens the breaker, refuses with what opened it, and recovers", async () => {
    const clock = new FakeClock();
    const policy = createPolicy({ breaker: { consecutive: 2, openMs: 500 }, clock });
    const boom = new Error("boom");
    const fail = () => policy.execute(() => Promise.reject(boom));
    await expect(fail()).rejects.toBe(boom);
    await expect(fail()).rejects.toBe(boom);
    expect(policy.state).toBe("open");
    await expect(policy.execute(() => 1)).rejects.toMatchObject({
      code: "HOLDFAST_OPEN",
      outcome: "not-sent",
      cause: boom,
      message: "the circuit breaker is open: boom",
    });
    await clock.advance(500);
    await expect(policy.execute(() => 1)).resolves.toBe(1);
    expect(policy.state).toBe("closed");
  });

  it("rejects at the deadline", async () => {
    const clock = new FakeClock();
    const policy = createPolicy({ deadlineMs: 100, clock });
    const result = policy.execute(() => new Promise(() => {}));
    const outcome = expect(result).rejects.toMatchObject({
      code: "HOLDFAST_DEADLINE",
      outcome: "unknown",
      attempts: 1,
      elapsedMs: 100,
    });
    await clock.advance(99);
    await clock.advance(1);
    await outcome;
    await settle();
  });
});
