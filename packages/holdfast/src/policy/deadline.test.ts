import { describe, expect, it, vi } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { withDeadline } from "../core/index.ts";
import type { AttemptContext, PolicyOptions } from "./index.ts";
import { createPolicy } from "./index.ts";

const boom = new Error("boom");
const hang = () => new Promise<never>(() => {});

function setUp(options: PolicyOptions) {
  const clock = new FakeClock();
  return { clock, policy: createPolicy({ clock, ...options }) };
}

describe("the deadline", () => {
  it("bounds queueing, attempts and pauses together", async () => {
    const { clock, policy } = setUp({
      deadlineMs: 250,
      retry: { attempts: 10, baseMs: 40, capMs: 40, jitter: "none", budget: false },
      maxInFlight: 1,
      maxQueue: 1,
    });
    let free: () => void = () => {};
    void policy.execute(() => new Promise<void>((resolve) => (free = resolve)));
    let calls = 0;
    const waiting = policy.execute(async ({ attempt }) => {
      calls++;
      if (attempt > 2) return hang();
      throw boom;
    });
    const outcome = expect(waiting).rejects.toMatchObject({
      code: "HOLDFAST_DEADLINE",
      elapsedMs: 250,
      attempts: 3,
      outcome: "unknown",
      cause: boom,
    });
    await clock.advance(100);
    expect(calls).toBe(0);
    free();
    await clock.advance(149);
    expect(calls).toBe(3);
    await clock.advance(1);
    await outcome;
  });

  it("says not-sent when it passes in the queue, and the call never runs later", async () => {
    const { clock, policy } = setUp({ deadlineMs: 100, maxInFlight: 1, maxQueue: 1 });
    let free: () => void = () => {};
    const first = policy.execute(() => new Promise<void>((resolve) => (free = resolve)));
    const firstOutcome = expect(first).rejects.toMatchObject({ outcome: "unknown" });
    const fn = vi.fn();
    const outcome = expect(policy.execute(fn)).rejects.toMatchObject({
      code: "HOLDFAST_DEADLINE",
      outcome: "not-sent",
      attempts: 0,
    });
    await clock.advance(100);
    await Promise.all([firstOutcome, outcome]);
    free();
    await clock.advance(1_000);
    expect(fn).not.toHaveBeenCalled();
  });

  it("never settles a call twice, however late the function answers", async () => {
    const { clock, policy } = setUp({ deadlineMs: 100 });
    const result = policy.execute(
      () => new Promise((resolve) => clock.schedule(() => resolve("late"), 200)),
    );
    const outcome = expect(result).rejects.toMatchObject({ code: "HOLDFAST_DEADLINE" });
    await clock.advance(300);
    await outcome;
    expect(clock.pending).toBe(0);
  });

  it("shares one timer between all calls", async () => {
    const { clock, policy } = setUp({ deadlineMs: 100 });
    for (let call = 0; call < 1_000; call++) void policy.execute(() => 1);
    expect(clock.pending).toBe(1);
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  });

  it("does not start a call that left the queue after its deadline, when a timer is late", async () => {
    const { clock, policy } = setUp({
      deadlineMs: 100,
      maxInFlight: 1,
      maxQueue: 1,
      maxQueueMs: 10_000,
    });
    let free: () => void = () => {};
    const first = policy.execute(() => new Promise<void>((resolve) => (free = resolve)));
    const fn = vi.fn();
    const outcome = expect(policy.execute(fn)).rejects.toMatchObject({ outcome: "not-sent" });
    const firstOutcome = expect(first).resolves.toBeUndefined();
    // The process was suspended: the answer is handled before the timers are.
    const jump = clock.jump(3_600_000);
    free();
    await jump;
    await Promise.allSettled([firstOutcome, outcome]);
    expect(fn).not.toHaveBeenCalled();
  });
});

describe("withDeadline around a policy", () => {
  it("only shrinks the policy's own deadline", async () => {
    const { clock, policy } = setUp({ deadlineMs: 500 });
    const inner = withDeadline(100, () => policy.execute(hang));
    const outer = withDeadline(5_000, () => policy.execute(hang));
    const outcomes = [
      expect(inner).rejects.toMatchObject({ code: "HOLDFAST_DEADLINE" }),
      expect(outer).rejects.toMatchObject({ code: "HOLDFAST_DEADLINE", elapsedMs: 500 }),
    ];
    await clock.advance(100);
    await outcomes[0];
    await clock.advance(400);
    await outcomes[1];
    expect(clock.pending).toBe(0);
  });

  it("is shared by what runs inside, and by every retry", async () => {
    const { clock, policy } = setUp({ retry: { jitter: "none" }, attemptTimeoutMs: 1_000 });
    const left: number[] = [];
    const result = withDeadline(100, () =>
      policy.execute(({ remainingMs }) => {
        left.push(Math.ceil(remainingMs));
        return Promise.reject(boom);
      }),
    );
    const outcome = expect(result).rejects.toBe(boom);
    await clock.advance(100);
    await outcome;
    expect(left).toEqual([100, 50]);
    expect(clock.pending).toBeLessThanOrEqual(1);
  });

  it("does not count against the other side when it was the caller who was short of time", async () => {
    const { clock, policy } = setUp({ deadlineMs: 1_000, breaker: { consecutive: 1 } });
    const outcome = expect(withDeadline(20, () => policy.execute(hang))).rejects.toMatchObject({
      code: "HOLDFAST_DEADLINE",
    });
    await clock.advance(20);
    await outcome;
    expect(policy.state).toBe("closed");
    // But when nothing came in all the time that the policy allows, that is news.
    await clock.advance(980);
    expect(policy.state).toBe("open");
    expect(clock.pending).toBe(0);
  });
});

describe("the attempt time-out", () => {
  it("ends an attempt, aborts its signal, and the next one follows", async () => {
    const { clock, policy } = setUp({ attemptTimeoutMs: 100, retry: { jitter: "none" } });
    const signals: AbortSignal[] = [];
    const result = policy.execute(({ signal, attempt }) => {
      signals.push(signal);
      return attempt === 1 ? hang() : "second";
    });
    await clock.advance(99);
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance(1);
    expect(signals[0]?.aborted).toBe(true);
    expect(signals[0]?.reason).toMatchObject({ code: "HOLDFAST_DEADLINE" });
    await clock.advance(50);
    await expect(result).resolves.toBe("second");
    expect(signals[1]?.aborted).toBe(false);
  });

  it("rejects with itself when it was the last attempt", async () => {
    const { clock, policy } = setUp({ attemptTimeoutMs: 100 });
    const outcome = expect(policy.execute(hang)).rejects.toMatchObject({
      code: "HOLDFAST_DEADLINE",
      outcome: "unknown",
      attempts: 1,
      elapsedMs: 100,
      message: "attempt 1 had no result in 100 ms",
    });
    await clock.advance(100);
    await outcome;
  });

  it("ignores the late result of an attempt that timed out", async () => {
    const { clock, policy } = setUp({ attemptTimeoutMs: 100, retry: { jitter: "none" } });
    const late = [200, 130];
    const result = policy.execute(
      ({ attempt }) =>
        new Promise((resolve, reject) => {
          if (attempt === 1) clock.schedule(() => reject(boom), late[0] as number);
          else clock.schedule(() => resolve(attempt), 60);
        }),
    );
    await clock.advance(300);
    await expect(result).resolves.toBe(2);
    expect(clock.pending).toBe(0);
  });

  it("ignores the late success of an attempt that timed out", async () => {
    const { clock, policy } = setUp({ attemptTimeoutMs: 100, retry: { jitter: "none" } });
    const result = policy.execute(
      ({ attempt }) =>
        new Promise((resolve) => clock.schedule(() => resolve(attempt), attempt === 1 ? 180 : 60)),
    );
    await clock.advance(300);
    await expect(result).resolves.toBe(2);
    expect(clock.pending).toBe(0);
  });

  it("tells the function what is left, of the attempt or of the deadline", async () => {
    const { clock, policy } = setUp({
      attemptTimeoutMs: 100,
      deadlineMs: 220,
      retry: { jitter: "none", baseMs: 50, capMs: 50 },
    });
    const left: number[] = [];
    let context: AttemptContext | undefined;
    const outcome = expect(
      policy.execute((attempt) => {
        context = attempt;
        left.push(attempt.remainingMs);
        return hang();
      }),
    ).rejects.toMatchObject({ code: "HOLDFAST_DEADLINE" });
    await clock.advance(30);
    expect(context?.remainingMs).toBe(70);
    await clock.advance(300);
    await outcome;
    expect(left).toEqual([100, 70]);
    expect(context?.remainingMs).toBe(0);
  });

  it("has no limit where none is given", async () => {
    const { policy } = setUp({});
    expect(await policy.execute(({ remainingMs }) => remainingMs)).toBe(Number.POSITIVE_INFINITY);
  });
});
