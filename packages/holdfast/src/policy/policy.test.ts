import { describe, expect, expectTypeOf, it, vi } from "vitest";
import { FakeClock, settle } from "../../test/support/fake-clock.ts";
import { withDeadline } from "../core/index.ts";
import type { ExecuteOptions, Policy, PolicyOptions } from "./index.ts";
import { createPolicy } from "./index.ts";

const boom = new Error("boom");
const hang = () => new Promise<never>(() => {});

describe("createPolicy", () => {
  it("gives what the function gives, and rejects with its own error object", async () => {
    const policy = createPolicy();
    await expect(policy.execute(async () => 7)).resolves.toBe(7);
    await expect(policy.execute(() => 7)).resolves.toBe(7);
    await expect(policy.execute(() => Promise.reject(boom))).rejects.toBe(boom);
    await expect(
      policy.execute(() => {
        throw boom;
      }),
    ).rejects.toBe(boom);
    expect(policy.state).toBe("closed");
  });

  it("takes all time and randomness from what it is given", async () => {
    const clock = new FakeClock();
    const events: string[] = [];
    const policy = createPolicy({
      clock,
      random: () => 0.5,
      retry: { attempts: 3, budget: false },
      breaker: { consecutive: 3, slowMs: 50 },
      deadlineMs: 1_000,
      attemptTimeoutMs: 100,
      maxInFlight: 2,
      maxQueue: 1,
      onEvent: ({ type }) => events.push(type),
    });
    const own = [
      vi.spyOn(Math, "random"),
      vi.spyOn(Date, "now"),
      vi.spyOn(performance, "now"),
      vi.spyOn(globalThis, "setTimeout"),
    ];
    const stuck = policy.execute(
      ({ signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason)),
        ),
    );
    const results = Promise.allSettled([stuck, policy.execute(hang)]);
    await clock.advance(2_000);
    await results;
    await policy.execute(({ remainingMs }) => remainingMs);
    const calls = own.map((spy) => spy.mock.calls.length);
    vi.restoreAllMocks();
    expect(calls).toEqual([0, 0, 0, 0]);
    expect(events).toEqual(expect.arrayContaining(["timeout", "retry", "give-up", "state"]));
  });

  it("has methods that need no this", async () => {
    const { execute, isolate } = createPolicy();
    await expect(execute(() => 1)).resolves.toBe(1);
    isolate().release();
  });

  it("takes the wrapped value's type, and the fallback's", () => {
    const plain = createPolicy();
    expectTypeOf(plain.execute(async () => 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(plain.wrap((text: string) => text.length)).toMatchTypeOf<
      (text: string) => Promise<number>
    >();
    const fallback = createPolicy({ fallback: () => "cached" as const });
    expectTypeOf(fallback).toEqualTypeOf<Policy<"cached">>();
    expectTypeOf(fallback.execute(async () => 1)).toEqualTypeOf<Promise<number | "cached">>();
  });

  it("counts the permits of a promise whose own then calls back twice", async () => {
    const policy = createPolicy({ maxInFlight: 1 });
    const twice = () => {
      const promise = Promise.resolve(1);
      // biome-ignore lint/suspicious/noThenProperty: a promise that was tampered with
      promise.then = ((done: (value: number) => void) => {
        done(1);
        done(2);
      }) as never;
      return promise;
    };
    await expect(policy.execute(twice)).resolves.toBe(1);
    void policy.execute(hang);
    await expect(policy.execute(() => 2)).rejects.toMatchObject({ code: "HOLDFAST_OVERLOADED" });
  });

  it.each<[unknown, unknown, RegExp]>([
    ["text", undefined, /fn is string, expected a function/],
    [() => 1, null, /options is null/],
    [() => 1, { singal: 1 }, /unknown option singal \(did you mean signal\?\)/],
    [() => 1, { signal: {} }, /signal is object, expected an AbortSignal/],
    [() => 1, { idempotent: "no" }, /idempotent is string, expected true or false/],
  ])("rejects the arguments %o, %o", async (fn, options, message) => {
    const result = createPolicy().execute(fn as () => void, options as ExecuteOptions);
    await expect(result).rejects.toThrow(message);
    await expect(result).rejects.toMatchObject({ code: "HOLDFAST_OPTIONS" });
  });
});

describe("the bulkhead of a policy", () => {
  it("refuses what exceeds the places and the queue", async () => {
    const policy = createPolicy({ maxInFlight: 2, maxQueue: 1, clock: new FakeClock() });
    for (let call = 0; call < 3; call++) void policy.execute(hang);
    await expect(policy.execute(() => 1)).rejects.toMatchObject({
      code: "HOLDFAST_OVERLOADED",
      outcome: "not-sent",
      attempts: 0,
    });
  });

  it("refuses what waits too long, and never runs it later", async () => {
    const clock = new FakeClock();
    const policy = createPolicy({ maxInFlight: 1, maxQueue: 1, maxQueueMs: 100, clock });
    let free: () => void = () => {};
    void policy.execute(() => new Promise<void>((resolve) => (free = resolve)));
    const fn = vi.fn();
    const outcome = expect(policy.execute(fn)).rejects.toMatchObject({
      code: "HOLDFAST_OVERLOADED",
      elapsedMs: 100,
    });
    await clock.advance(100);
    await outcome;
    free();
    await settle();
    expect(fn).not.toHaveBeenCalled();
  });

  it("holds a place until the work has really settled, however often it times out", async () => {
    const clock = new FakeClock();
    let [running, peak] = [0, 0];
    const policy = createPolicy({
      maxInFlight: 2,
      attemptTimeoutMs: 10,
      retry: { attempts: 5, baseMs: 1, budget: false },
      clock,
    });
    const work = async () => {
      running++;
      peak = Math.max(peak, running);
      await new Promise<void>((resolve) => clock.schedule(resolve, 500));
      running--;
    };
    for (let call = 0; call < 20; call++) {
      const outcome = expect(policy.execute(work)).rejects.toMatchObject({
        code: expect.stringMatching(/HOLDFAST_(DEADLINE|OVERLOADED)/),
      });
      await clock.advance(25);
      await outcome;
    }
    expect(peak).toBe(2);
    await clock.advance(1_000);
    expect(running).toBe(0);
    await expect(policy.execute(() => "free again")).resolves.toBe("free again");
  });

  it("rejects with the last error when a retry finds no place", async () => {
    const clock = new FakeClock();
    const policy = createPolicy({ maxInFlight: 1, retry: { jitter: "none" }, clock });
    const outcome = expect(policy.execute(() => Promise.reject(boom))).rejects.toBe(boom);
    await settle();
    void policy.execute(hang);
    await clock.advance(50);
    await outcome;
  });
});

describe("the fallback of a policy", () => {
  const options = { clock: new FakeClock() };

  it("gives its value in place of a failure, with the failure in hand", async () => {
    const fallback = vi.fn(async (failure: unknown) => `instead of ${String(failure)}`);
    const policy = createPolicy({ ...options, fallback });
    await expect(policy.execute(() => Promise.reject(boom))).resolves.toBe(
      "instead of Error: boom",
    );
    await expect(policy.execute(() => "well")).resolves.toBe("well");
    expect(fallback).toHaveBeenCalledTimes(1);
  });

  it("stands in for refusals and for the deadline too", async () => {
    const clock = new FakeClock();
    const codes: unknown[] = [];
    const policy = createPolicy({
      clock,
      deadlineMs: 100,
      maxInFlight: 1,
      breaker: { consecutive: 1 },
      fallback: (failure) => codes.push((failure as { code?: string }).code),
    });
    const late = policy.execute(hang);
    await policy.execute(() => 1);
    await clock.advance(100);
    await late;
    await policy.execute(() => 1);
    expect(codes).toEqual(["HOLDFAST_OVERLOADED", "HOLDFAST_DEADLINE", "HOLDFAST_OPEN"]);
  });

  it("has the deadline once more, and then the call rejects with what it was for", async () => {
    const clock = new FakeClock();
    const policy = createPolicy({ clock, deadlineMs: 100, fallback: hang });
    const outcome = expect(policy.execute(() => Promise.reject(boom))).rejects.toMatchObject({
      code: "HOLDFAST_DEADLINE",
      message: "the deadline passed after 100 ms, in the fallback: boom",
      outcome: "unknown",
      attempts: 1,
      cause: boom,
    });
    const slow = policy.execute(
      () => new Promise((_, reject) => clock.schedule(() => reject(boom), 40)),
    );
    const slowOutcome = expect(slow).rejects.toMatchObject({ elapsedMs: 140 });
    await clock.advance(99);
    expect(clock.pending).toBe(1);
    await clock.advance(41);
    await Promise.all([outcome, slowOutcome]);
    expect(clock.pending).toBe(0);
  });

  it("may take its time after the deadline, as long again", async () => {
    const clock = new FakeClock();
    const policy = createPolicy({
      clock,
      deadlineMs: 100,
      fallback: () => new Promise((resolve) => clock.schedule(() => resolve("replica"), 99)),
    });
    const result = policy.execute(hang);
    await clock.advance(199);
    await expect(result).resolves.toBe("replica");
  });

  it("shares what withDeadline has left", async () => {
    const clock = new FakeClock();
    const policy = createPolicy({ clock, deadlineMs: 1_000, fallback: hang });
    const outcome = expect(
      withDeadline(100, () => policy.execute(() => Promise.reject(boom))),
    ).rejects.toMatchObject({ code: "HOLDFAST_DEADLINE", cause: boom });
    await clock.advance(100);
    await outcome;
    expect(clock.pending).toBe(0);
  });

  it("still gives what it has at hand when withDeadline has nothing left", async () => {
    const policy = createPolicy({ fallback: async () => "at hand" });
    await expect(withDeadline(1, () => spend(2, () => policy.execute(hang)))).resolves.toBe(
      "at hand",
    );
  });

  it("cannot change the result when it comes too late, not even by failing", async () => {
    const clock = new FakeClock();
    const policy = createPolicy({
      clock,
      deadlineMs: 100,
      fallback: () =>
        new Promise((_resolve, reject) => clock.schedule(() => reject(new Error("late")), 500)),
    });
    const outcome = expect(policy.execute(hang)).rejects.toMatchObject({ elapsedMs: 200 });
    await clock.advance(1_000);
    await outcome;
  });

  it("rejects with its own error when it fails", async () => {
    const worse = new Error("worse");
    for (const fallback of [() => Promise.reject(worse), () => raise(worse)]) {
      const policy = createPolicy({ ...options, fallback });
      await expect(policy.execute(() => Promise.reject(boom))).rejects.toBe(worse);
    }
  });
});

describe("the callbacks of a policy", () => {
  it("cannot change a result by throwing or rejecting, and say so once", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const broken: PolicyOptions["onEvent"][] = [
      () => raise(new Error("broken listener")),
      (async () => raise(new Error("broken listener"))) as () => void,
    ];
    for (const onEvent of broken) {
      const clock = new FakeClock();
      const policy = createPolicy({
        clock,
        onEvent,
        retry: { jitter: "none" },
        breaker: { consecutive: 5 },
      });
      const result = policy.execute(({ attempt }) => (attempt < 3 ? raise(boom) : "done"));
      await clock.advance(150);
      await expect(result).resolves.toBe("done");
    }
    expect(warn).toHaveBeenCalledTimes(2);
    expect(warn.mock.calls[0]?.[0]).toContain("onEvent threw: broken listener");
    warn.mockRestore();
  });

  it.each<[string, () => unknown]>([
    ["throws", () => raise(new Error("broken"))],
    ["gives nothing", () => undefined],
  ])("count an error and do not retry it when classify %s", async (_what, classify) => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const policy = createPolicy({
      retry: {},
      breaker: { consecutive: 1 },
      classify: classify as PolicyOptions["classify"],
    });
    await expect(policy.execute(() => Promise.reject(boom))).rejects.toBe(boom);
    expect(policy.state).toBe("open");
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  it("may call the policy again", async () => {
    const inner: Promise<number>[] = [];
    const policy: Policy = createPolicy({
      breaker: { consecutive: 1 },
      onEvent: () => inner.push(policy.execute(() => 1)),
    });
    await expect(policy.execute(() => Promise.reject(boom))).rejects.toBe(boom);
    const results = await Promise.allSettled(inner);
    expect(results.every(({ status }) => status === "rejected")).toBe(true);
  });
});

describe("wrap", () => {
  it("keeps this, arguments, name and length", async () => {
    const policy = createPolicy({ retry: {} });
    const counter = {
      step: 2,
      add: policy.wrap(async function add(this: { step: number }, one: number, two: number) {
        return this.step + one + two;
      }),
    };
    await expect(counter.add(3, 4)).resolves.toBe(9);
    expect(counter.add.name).toBe("add");
    expect(counter.add.length).toBe(2);
  });

  it("refuses what is no function", () => {
    expect(() => createPolicy().wrap(7 as never)).toThrow(/wrap: fn is 7, expected a function/);
  });
});

/** Calls `fn` when so much of the process's own time has gone by. */
function spend<T>(ms: number, fn: () => T): T {
  const endsAt = performance.now() + ms;
  while (performance.now() < endsAt);
  return fn();
}

function raise(error: Error): never {
  throw error;
}
