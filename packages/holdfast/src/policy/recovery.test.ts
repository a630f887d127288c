import { describe, expect, it, vi } from "vitest";
import { FakeClock, settle } from "../../test/support/fake-clock.ts";
import type { PolicyOptions } from "./index.ts";
import { createPolicy } from "./index.ts";

const boom = new Error("boom");
const hang = () => new Promise<never>(() => {});
const fail = () => Promise.reject(boom);

function setUp(options: PolicyOptions) {
  const clock = new FakeClock();
  const states: string[] = [];
  const policy = createPolicy({
    clock,
    random: () => 0,
    onEvent: (event) => event.type === "state" && states.push(event.to),
    ...options,
  });
  const trip = async () => {
    while (policy.state === "closed") await policy.execute(fail).catch(() => {});
  };
  const refusesAll = async (calls: number) => {
    const fn = vi.fn();
    const results = await Promise.allSettled(
      Array.from({ length: calls }, () => policy.execute(fn)),
    );
    expect(results.every(({ status }) => status === "rejected")).toBe(true);
    expect(fn).not.toHaveBeenCalled();
  };
  return { clock, policy, states, trip, refusesAll };
}

describe("an open policy", () => {
  it("refuses at once, calls nothing, and says when to come back and why", async () => {
    const { clock, policy, trip } = setUp({ breaker: { consecutive: 2 } });
    await trip();
    await clock.advance(400);
    const fn = vi.fn();
    const error = await policy.execute(fn).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "HOLDFAST_OPEN",
      outcome: "not-sent",
      attempts: 0,
      retryAfterMs: 600,
      cause: boom,
    });
    expect(fn).not.toHaveBeenCalled();
    expect(Object.getOwnPropertyDescriptor(error, "stack")?.value ?? "").not.toContain("    at ");
  });

  it("gives no retry to a call whose failure opened it, and rejects with that failure", async () => {
    const { policy, clock } = setUp({ retry: { attempts: 5 }, breaker: { consecutive: 1 } });
    const fn = vi.fn(fail);
    await expect(policy.execute(fn)).rejects.toBe(boom);
    expect(fn).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);
  });

  it("rejects a call with its own last error when the breaker opened in its pause", async () => {
    const { policy, clock, trip } = setUp({
      retry: { attempts: 2, jitter: "none", baseMs: 500 },
      breaker: { consecutive: 3 },
    });
    const own = new Error("own");
    const outcome = expect(policy.execute(() => Promise.reject(own))).rejects.toBe(own);
    await settle();
    void trip();
    await clock.advance(500);
    await outcome;
  });

  it("refuses in the same turn whoever waits for a place", async () => {
    const { policy, clock } = setUp({
      breaker: { consecutive: 1 },
      attemptTimeoutMs: 100,
      maxInFlight: 1,
      maxQueue: 100,
    });
    const first = expect(policy.execute(hang)).rejects.toMatchObject({ code: "HOLDFAST_DEADLINE" });
    const fn = vi.fn();
    const waiting = Array.from({ length: 100 }, () => policy.execute(fn));
    const outcome = Promise.allSettled(waiting);
    await clock.advance(100);
    await first;
    for (const result of await outcome) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "HOLDFAST_OPEN" } });
    }
    expect(fn).not.toHaveBeenCalled();
    expect(clock.pending).toBeLessThanOrEqual(1);
  });

  it("lets nobody queue for a place behind what hangs", async () => {
    const { policy, clock, refusesAll } = setUp({
      breaker: { consecutive: 1 },
      attemptTimeoutMs: 100,
      maxInFlight: 1,
      maxQueue: 1_000,
    });
    const first = expect(policy.execute(hang)).rejects.toBeDefined();
    await clock.advance(100);
    await first;
    await refusesAll(1_000);
  });
});

describe("a policy that is half open", () => {
  const breaker = { consecutive: 1, probeTimeoutMs: 300 } as const;

  it("admits one probe and refuses a thousand others at once", async () => {
    const { policy, clock, trip, refusesAll } = setUp({ breaker });
    await trip();
    await clock.advance(1_000);
    const probe = policy.execute(
      () => new Promise((resolve) => clock.schedule(() => resolve(1), 100)),
    );
    expect(policy.state).toBe("half-open");
    await refusesAll(1_000);
    await clock.advance(100);
    await expect(probe).resolves.toBe(1);
    expect(policy.state).toBe("closed");
  });

  it("gives a hung probe its shorter time, then opens again with the permit back", async () => {
    const { policy, clock, trip } = setUp({ breaker, attemptTimeoutMs: 5_000, deadlineMs: 9_000 });
    await trip();
    await clock.advance(1_000);
    const probe = expect(policy.execute(hang)).rejects.toMatchObject({
      code: "HOLDFAST_DEADLINE",
      elapsedMs: 300,
    });
    await clock.advance(300);
    await probe;
    expect(policy.state).toBe("open");
    await clock.advance(1_000);
    await expect(policy.execute(() => 1)).resolves.toBe(1);
    expect(policy.state).toBe("closed");
  });

  it("gives the permit of an aborted probe to the next call", async () => {
    const { policy, clock, trip } = setUp({ breaker });
    await trip();
    await clock.advance(1_000);
    const controller = new AbortController();
    const probe = expect(policy.execute(hang, { signal: controller.signal })).rejects.toBe(
      "enough",
    );
    controller.abort("enough");
    await probe;
    expect(policy.state).toBe("half-open");
    await expect(policy.execute(() => 1)).resolves.toBe(1);
    expect(policy.state).toBe("closed");
    await clock.advance(10_000);
    expect(clock.pending).toBe(0);
  });

  it("is neither closed nor opened by an error that says nothing", async () => {
    const benign = new Error("benign");
    const { policy, clock, trip } = setUp({
      breaker,
      classify: (error) => ({ retryable: true, countsAsFailure: error !== benign }),
    });
    await trip();
    await clock.advance(1_000);
    await expect(policy.execute(() => Promise.reject(benign))).rejects.toBe(benign);
    expect(policy.state).toBe("half-open");
    await expect(policy.execute(fail)).rejects.toBe(boom);
    expect(policy.state).toBe("open");
  });

  it("is not changed by a call that began before the break", async () => {
    const { policy, clock, trip, states } = setUp({ breaker });
    const late = ["resolve", "reject"].map((how) =>
      policy.execute(
        () =>
          new Promise((resolve, reject) =>
            clock.schedule(() => (how === "resolve" ? resolve(how) : reject(boom)), 1_050),
          ),
      ),
    );
    const lateOutcome = Promise.allSettled(late);
    await trip();
    await clock.advance(1_000);
    const probe = policy.execute(
      () => new Promise((resolve) => clock.schedule(() => resolve(1), 200)),
    );
    await clock.advance(100);
    await lateOutcome;
    expect(policy.state).toBe("half-open");
    await clock.advance(100);
    await probe;
    expect(states).toEqual(["open", "half-open", "closed"]);
  });

  it("bounds what is in flight after recovery, until the ramp is over", async () => {
    const { policy, clock, trip } = setUp({ breaker: { ...breaker, rampMs: 700 } });
    await trip();
    await clock.advance(1_000);
    await policy.execute(() => 1);
    const flood = async () => {
      let admitted = 0;
      const calls = Array.from({ length: 100 }, () =>
        policy
          .execute(() => {
            admitted++;
            return new Promise((resolve) => clock.schedule(() => resolve(1), 10));
          })
          .catch((error: unknown) => expect(error).toMatchObject({ code: "HOLDFAST_OPEN" })),
      );
      await clock.advance(10);
      await Promise.all(calls);
      return admitted;
    };
    expect(await flood()).toBe(10);
    await clock.advance(90);
    expect(await flood()).toBe(20);
    await clock.advance(600);
    expect(await flood()).toBe(100);
  });
});

describe("the results that a policy counts", () => {
  it("include those of callers who left, when the function hangs", async () => {
    const { policy, clock } = setUp({ breaker: { consecutive: 3 }, attemptTimeoutMs: 100 });
    for (let call = 0; call < 3; call++) {
      const controller = new AbortController();
      const outcome = expect(
        policy.execute(hang, { signal: controller.signal }),
      ).rejects.toBeDefined();
      await clock.advance(50);
      controller.abort();
      await outcome;
    }
    expect(policy.state).toBe("closed");
    await clock.advance(100);
    expect(policy.state).toBe("open");
    expect(clock.pending).toBe(0);
  });

  it("do not include an error that follows from the caller's abort", async () => {
    const { policy, clock } = setUp({ breaker: { consecutive: 1 } });
    const controller = new AbortController();
    const outcome = expect(
      policy.execute(
        ({ signal }) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener("abort", () => reject(signal.reason)),
          ),
        { signal: controller.signal },
      ),
    ).rejects.toBeDefined();
    controller.abort();
    await outcome;
    await clock.advance(0);
    expect(policy.state).toBe("closed");
  });

  it("include slow successes", async () => {
    const { policy, clock } = setUp({ breaker: { slowMs: 200, minCalls: 5 } });
    for (let call = 0; call < 5; call++) {
      const slow = policy.execute(
        () => new Promise((resolve) => clock.schedule(() => resolve(1), 200)),
      );
      await clock.advance(200);
      await slow;
    }
    expect(policy.state).toBe("open");
  });

  it("never include what is older than the window", async () => {
    const { policy, clock } = setUp({ breaker: { minCalls: 10 } });
    for (let hour = 0; hour < 20; hour++) {
      for (let call = 0; call < 9; call++) await policy.execute(fail).catch(() => {});
      await clock.advance(3_600_000);
    }
    expect(policy.state).toBe("closed");
  });

  it("count a deadline as a failure when there is no attempt time-out", async () => {
    const { policy, clock } = setUp({ breaker: { consecutive: 2 }, deadlineMs: 100 });
    const outcome = Promise.allSettled([policy.execute(hang), policy.execute(hang)]);
    await clock.advance(100);
    await outcome;
    expect(policy.state).toBe("open");
  });

  it("do not open it for one failure, nor for nineteen, at its defaults", async () => {
    const { policy } = setUp({ breaker: {} });
    for (let call = 0; call < 19; call++) await policy.execute(fail).catch(() => {});
    expect(policy.state).toBe("closed");
    await policy.execute(fail).catch(() => {});
    expect(policy.state).toBe("open");
  });

  it("are those of each policy alone", async () => {
    const [sick, well] = [setUp({ breaker: { consecutive: 1 } }), setUp({ breaker: {} })];
    await sick.trip();
    expect(well.policy.state).toBe("closed");
  });
});

describe("isolate", () => {
  it("refuses every call until everyone has released, with or without a breaker", async () => {
    for (const options of [{}, { breaker: {} }]) {
      const { policy, refusesAll, states } = setUp(options);
      const [one, two] = [policy.isolate(), policy.isolate()];
      expect(policy.state).toBe("isolated");
      await refusesAll(5);
      await expect(policy.execute(() => 1)).rejects.toThrow("held open by hand");
      one.release();
      one.release();
      expect(policy.state).toBe("isolated");
      two.release();
      await expect(policy.execute(() => 1)).resolves.toBe(1);
      expect(states).toEqual(["isolated", "closed"]);
    }
  });
});
