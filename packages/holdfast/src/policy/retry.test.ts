import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it, vi } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { seededRandom } from "../../test/support/seeded-random.ts";
import { HoldfastError } from "../core/index.ts";
import type { PolicyEvent, PolicyOptions } from "./index.ts";
import { createPolicy, RetryBudget } from "./index.ts";

const boom = new Error("boom");

function setUp(options: PolicyOptions) {
  const clock = new FakeClock();
  const events: PolicyEvent[] = [];
  const policy = createPolicy({ clock, onEvent: (event) => events.push(event), ...options });
  const calledAt: number[] = [];
  const fail = (error: unknown = boom) => {
    calledAt.push(clock.now() - 1_000);
    return Promise.reject(error);
  };
  return { clock, events, policy, calledAt, fail };
}

describe("retry", () => {
  it("makes so many attempts, then rejects with the last error and does not sleep after it", async () => {
    const { clock, policy, calledAt } = setUp({ retry: { attempts: 3, jitter: "none" } });
    const errors = [new Error("1"), new Error("2"), new Error("3")];
    const result = policy.execute(({ attempt }) => {
      calledAt.push(clock.now() - 1_000);
      return Promise.reject(errors[attempt - 1]);
    });
    const outcome = expect(result).rejects.toBe(errors[2]);
    await clock.advance(150);
    await outcome;
    expect(calledAt).toEqual([0, 50, 150]);
    expect(clock.pending).toBe(0);
  });

  it("tells each retry with its error, attempt and wait, and why it gave up", async () => {
    const { clock, policy, events, fail } = setUp({ retry: { attempts: 2, jitter: "none" } });
    const outcome = expect(policy.execute(() => fail())).rejects.toBe(boom);
    await clock.advance(50);
    await outcome;
    expect(events).toEqual([
      { type: "retry", error: boom, attempt: 1, waitMs: 50 },
      { type: "give-up", error: boom, attempt: 2, reason: "attempts" },
    ]);
  });

  it("retries what throws at once, and what is no promise of ours", async () => {
    const { clock, policy } = setUp({ retry: { jitter: "none" } });
    const result = policy.execute(({ attempt }): PromiseLike<string> => {
      if (attempt === 1) throw boom;
      // biome-ignore lint/suspicious/noThenProperty: a thenable of another make is what is tested
      return { then: (resolve) => Promise.resolve("done").then(resolve) };
    });
    await clock.advance(50);
    await expect(result).resolves.toBe("done");
  });

  it("does not retry what classify says is in vain", async () => {
    const { policy, fail, calledAt, events } = setUp({
      retry: {},
      classify: () => ({ retryable: false, countsAsFailure: true }),
    });
    await expect(policy.execute(() => fail())).rejects.toBe(boom);
    expect(calledAt).toHaveLength(1);
    expect(events).toEqual([{ type: "give-up", error: boom, attempt: 1, reason: "not-retryable" }]);
  });

  it("waits at least as long as the other side asked, beyond the cap too", async () => {
    const { clock, policy, fail, calledAt } = setUp({
      retry: { attempts: 2, jitter: "none" },
      classify: () => ({ retryable: true, countsAsFailure: true, delayMs: 5_000 }),
    });
    const outcome = expect(policy.execute(() => fail())).rejects.toBe(boom);
    await clock.advance(4_999);
    expect(calledAt).toEqual([0]);
    await clock.advance(1);
    expect(calledAt).toEqual([0, 5_000]);
    await outcome;
  });

  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY])(
    "settles when classify asks for a delay of %d",
    async (delayMs) => {
      const { clock, policy, fail } = setUp({
        retry: { attempts: 2 },
        classify: () => ({ retryable: true, countsAsFailure: true, delayMs }),
      });
      const outcome = expect(policy.execute(() => fail())).rejects.toBe(boom);
      await clock.advance(60_000);
      await outcome;
      expect(clock.pending).toBe(0);
    },
  );

  it("does not repeat what is not idempotent unless it certainly had no effect", async () => {
    const notSent = new HoldfastError("HOLDFAST_UNAVAILABLE", "down", { outcome: "not-sent" });
    const { clock, policy, fail, calledAt, events } = setUp({ retry: { jitter: "none" } });
    await expect(policy.execute(() => fail(), { idempotent: false })).rejects.toBe(boom);
    expect(calledAt).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: "give-up", reason: "not-idempotent" });
    const outcome = expect(policy.execute(() => fail(notSent), { idempotent: false })).rejects.toBe(
      notSent,
    );
    await clock.advance(1_000);
    await outcome;
    expect(calledAt).toHaveLength(4);
  });

  it("takes classify's word on the outcome", async () => {
    const { clock, policy, fail, calledAt } = setUp({
      retry: { attempts: 2 },
      classify: () => ({ retryable: true, countsAsFailure: true, outcome: "refused" }),
    });
    const outcome = expect(policy.execute(() => fail(), { idempotent: false })).rejects.toBe(boom);
    await clock.advance(1_000);
    await outcome;
    expect(calledAt).toHaveLength(2);
  });

  it("does not retry the refusals of a policy inside", async () => {
    const { policy, fail, calledAt } = setUp({ retry: {}, breaker: { consecutive: 1 } });
    const refusal = new HoldfastError("HOLDFAST_OVERLOADED", "full");
    await expect(policy.execute(() => fail(refusal))).rejects.toBe(refusal);
    expect(calledAt).toHaveLength(1);
    expect(policy.state).toBe("closed");
  });

  it("starts no attempt that cannot end in time", async () => {
    const { clock, policy, fail, calledAt, events } = setUp({
      retry: { attempts: 10, baseMs: 40, capMs: 40, jitter: "none", leastAttemptMs: 20 },
      deadlineMs: 100,
    });
    await clock.advance(0);
    const outcome = expect(policy.execute(() => fail())).rejects.toBe(boom);
    await clock.advance(100);
    await outcome;
    // The third would have started at 80 and needs 20: that just fits. A fourth does not.
    expect(calledAt).toEqual([0, 40, 80]);
    expect(events.at(-1)).toMatchObject({ reason: "deadline", attempt: 3 });
    expect(clock.pending).toBe(0);
  });

  it("keeps total calls within 1.2 × requests + floor when everything fails", async () => {
    const { clock, policy, fail, calledAt } = setUp({ retry: { attempts: 5, baseMs: 1 } });
    const requests = 10_000;
    for (let request = 0; request < requests; request += 100) {
      const batch = Array.from({ length: 100 }, () =>
        policy.execute(() => fail()).catch((error: unknown) => expect(error).toBe(boom)),
      );
      await clock.advance(100);
      await Promise.all(batch);
    }
    expect(calledAt.length).toBeLessThanOrEqual(1.2 * requests + 4);
    expect(calledAt.length).toBeGreaterThan(1.19 * requests);
  });

  it("shares a budget between policies", async () => {
    const budget = new RetryBudget({ floor: 1, ratio: 0 });
    const one = setUp({ retry: { budget } });
    const two = setUp({ retry: { budget } });
    const outcomes = [
      expect(one.policy.execute(() => one.fail())).rejects.toBe(boom),
      expect(two.policy.execute(() => two.fail())).rejects.toBe(boom),
    ];
    await one.clock.advance(5_000);
    await two.clock.advance(5_000);
    await Promise.all(outcomes);
    expect(one.calledAt.length + two.calledAt.length).toBe(3);
    expect(two.events.at(-1)).toMatchObject({ type: "give-up", reason: "budget" });
  });

  it("takes no pay into the budget from calls that are refused", async () => {
    const budget = new RetryBudget({ floor: 0, ratio: 1 });
    const { policy, fail } = setUp({
      retry: { budget },
      breaker: { consecutive: 1 },
      fallback: (() => undefined) as never,
    });
    await policy.execute(() => fail());
    expect([policy.state, budget.tokens]).toEqual(["open", 1]);
    for (let call = 0; call < 10; call++) await policy.execute(() => fail());
    expect(budget.tokens).toBe(1);
  });

  it("makes every attempt when there is no budget", async () => {
    const { clock, policy, fail, calledAt } = setUp({
      retry: { attempts: 3, budget: false, baseMs: 0, jitter: "none" },
    });
    for (let call = 0; call < 20; call++) {
      const outcome = expect(policy.execute(() => fail())).rejects.toBe(boom);
      await clock.advance(0);
      await clock.advance(0);
      await outcome;
    }
    expect(calledAt).toHaveLength(60);
  });

  it("replays the same pauses from the same seed", async () => {
    const pauses = async (seed: number) => {
      const { clock, policy, fail, events } = setUp({
        retry: { attempts: 4 },
        random: seededRandom(seed),
      });
      const outcome = expect(policy.execute(() => fail())).rejects.toBe(boom);
      await clock.advance(10_000);
      await outcome;
      return events.flatMap((event) => (event.type === "retry" ? [event.waitMs] : []));
    };
    expect(await pauses(7)).toEqual(await pauses(7));
    expect(await pauses(7)).not.toEqual(await pauses(8));
  });

  it("runs every attempt and the fallback in the caller's async context", async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const clock = new FakeClock();
    const policy = createPolicy<string | undefined>({
      retry: { jitter: "none" },
      attemptTimeoutMs: 100,
      maxInFlight: 2,
      maxQueue: 10,
      maxQueueMs: 10_000,
      fallback: () => {
        seen.push(context.getStore());
        return context.getStore();
      },
      clock,
    });
    const hang = vi.fn(
      ({ signal }: { signal: AbortSignal }) =>
        new Promise<never>((_resolve, reject) => {
          seen.push(context.getStore());
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    );
    const results = ["a", "b", "c"].map((name) =>
      context.run(name, () => policy.execute((attempt) => hang(attempt))),
    );
    await clock.advance(2_000);
    await expect(Promise.all(results)).resolves.toEqual(["a", "b", "c"]);
    expect(seen.filter((name) => name === undefined)).toEqual([]);
    expect(new Set(seen)).toEqual(new Set(["a", "b", "c"]));
    expect(hang.mock.calls.length).toBeGreaterThan(3);
  });
});
