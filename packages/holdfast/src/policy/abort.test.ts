import { getEventListeners } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { FakeClock, settle } from "../../test/support/fake-clock.ts";
import type { PolicyOptions } from "./index.ts";
import { createPolicy } from "./index.ts";

const reason = new Error("the caller left");
const hang = () => new Promise<never>(() => {});

function setUp(options: PolicyOptions) {
  const clock = new FakeClock();
  const controller = new AbortController();
  const { signal } = controller;
  return { clock, controller, signal, policy: createPolicy({ clock, ...options }) };
}

describe("an abort", () => {
  it("settles at once a call that sleeps, and no later call runs", async () => {
    const { clock, controller, signal, policy } = setUp({
      retry: { jitter: "none", baseMs: 1_000 },
    });
    const fn = vi.fn(() => Promise.reject(new Error("boom")));
    const outcome = expect(policy.execute(fn, { signal })).rejects.toBe(reason);
    await clock.advance(50);
    controller.abort(reason);
    await outcome;
    expect(clock.pending).toBe(0);
    await clock.advance(10_000);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  it("settles at once a call that waits for a place, which goes to the next", async () => {
    const { clock, controller, signal, policy } = setUp({ maxInFlight: 1, maxQueue: 2 });
    let free: () => void = () => {};
    const first = policy.execute(() => new Promise<void>((resolve) => (free = resolve)));
    const fn = vi.fn();
    const outcome = expect(policy.execute(fn, { signal })).rejects.toBe(reason);
    const next = policy.execute(() => "next");
    controller.abort(reason);
    await outcome;
    free();
    await expect(next).resolves.toBe("next");
    await first;
    expect(fn).not.toHaveBeenCalled();
    await clock.advance(1_000);
    expect(clock.pending).toBe(0);
  });

  it("settles at once a call whose attempt runs, and tells the attempt", async () => {
    const { controller, signal, policy } = setUp({ deadlineMs: 1_000 });
    let inner: AbortSignal | undefined;
    const outcome = expect(
      policy.execute(
        (context) => {
          inner = context.signal;
          return hang();
        },
        { signal },
      ),
    ).rejects.toBe(reason);
    controller.abort(reason);
    await outcome;
    expect(inner?.aborted).toBe(true);
    expect(inner?.reason).toBe(reason);
  });

  it("settles at once a call that waits for its fallback", async () => {
    const { clock, controller, signal } = setUp({});
    const policy = createPolicy({ clock, fallback: hang });
    const outcome = expect(
      policy.execute(() => Promise.reject(new Error("boom")), { signal }),
    ).rejects.toBe(reason);
    await settle();
    controller.abort(reason);
    await outcome;
  });

  it("calls nothing and no fallback when it came before the call", async () => {
    const fn = vi.fn();
    const fallback = vi.fn();
    const policy = createPolicy({ fallback });
    await expect(policy.execute(fn, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(fn).not.toHaveBeenCalled();
    expect(fallback).not.toHaveBeenCalled();
  });

  it("may come from within the function itself", async () => {
    const { controller, signal, policy } = setUp({ retry: {}, breaker: {}, deadlineMs: 100 });
    const result = policy.execute(
      () => {
        controller.abort(reason);
        throw new Error("too late");
      },
      { signal },
    );
    await expect(result).rejects.toBe(reason);
  });

  it("gives a signal that is read after it an abort of its own", async () => {
    const { controller, signal, policy } = setUp({});
    let read: () => AbortSignal = () => expect.unreachable();
    const outcome = expect(
      policy.execute(
        (context) => {
          read = () => context.signal;
          return hang();
        },
        { signal },
      ),
    ).rejects.toBe(reason);
    controller.abort(reason);
    await outcome;
    expect(read().aborted).toBe(true);
    expect(read().reason).toBe(reason);
  });

  it("does not abort a signal whose attempt has succeeded", async () => {
    const { clock, policy } = setUp({ deadlineMs: 100, attemptTimeoutMs: 50 });
    const signal = await policy.execute((context) => context.signal);
    await clock.advance(1_000);
    expect(signal.aborted).toBe(false);
  });
});

describe("a long-lived signal", () => {
  it("has one listener while any number of calls wait, and none after", async () => {
    const { controller, signal, policy } = setUp({ deadlineMs: 60_000 });
    const warnings = vi.spyOn(process, "emitWarning");
    const calls = Array.from({ length: 1_000 }, () => policy.execute(hang, { signal }));
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    const outcome = Promise.allSettled(calls);
    controller.abort(reason);
    for (const result of await outcome) expect(result).toMatchObject({ reason });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect(warnings).not.toHaveBeenCalled();
    warnings.mockRestore();
  });

  it("keeps nothing of 100,000 calls", async () => {
    const { clock, signal, policy } = setUp({
      retry: {},
      breaker: {},
      deadlineMs: 1_000,
      attemptTimeoutMs: 100,
      maxInFlight: 10,
    });
    for (let call = 0; call < 100_000; call++) await policy.execute(() => call, { signal });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    await clock.advance(1_000);
    expect(clock.pending).toBe(0);
  });
});
