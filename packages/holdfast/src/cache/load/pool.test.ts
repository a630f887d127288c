import { describe, expect, it } from "vitest";
import { FakeClock, settle } from "../../../test/support/fake-clock.ts";
import { LoadPool } from "./pool.ts";

const settings = { timeoutMs: 1_000, maxConcurrent: 2, maxQueue: 3 };

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe("the load pool", () => {
  it("never runs more than maxConcurrent, and serves the rest in order", async () => {
    const clock = new FakeClock();
    const pool = new LoadPool(settings, clock);
    let running = 0;
    let peak = 0;
    const order: number[] = [];
    const loads = [0, 1, 2, 3, 4].map((index) =>
      pool.run(async () => {
        order.push(index);
        peak = Math.max(peak, ++running);
        await new Promise<void>((resolve) => clock.schedule(resolve, 10));
        running--;
        return index;
      }),
    );
    await clock.advance(30);
    await expect(Promise.all(loads)).resolves.toEqual([0, 1, 2, 3, 4]);
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(peak).toBe(settings.maxConcurrent);
    expect(pool.running).toBe(0);
  });

  it("refuses the load beyond maxQueue at once, and never starts it", async () => {
    const pool = new LoadPool(settings, new FakeClock());
    const never = () => new Promise<void>(() => undefined);
    for (let taken = 0; taken < 5; taken++) pool.run(never).catch(() => undefined);
    let started = false;
    const shed = pool.run(() => {
      started = true;
    });
    await expect(shed).rejects.toMatchObject({ code: "HOLDFAST_OVERLOADED", outcome: "not-sent" });
    expect(started).toBe(false);
    expect(pool).toMatchObject({ running: 2, waiting: 3 });
  });

  it("keeps the deadlines of others when loads settle after theirs", async () => {
    const clock = new FakeClock();
    const pool = new LoadPool(settings, clock);
    const late = [deferred<void>(), deferred<void>()];
    const loads = late.map(({ promise }) => pool.run(() => promise));
    const failures = loads.map((load) =>
      expect(load).rejects.toMatchObject({ code: "HOLDFAST_DEADLINE" }),
    );
    await clock.advance(1_000);
    await Promise.all(failures);
    for (const { resolve } of late) resolve();
    await settle();
    expect(pool.running).toBe(0);
    // The queue of those that had overrun must end well, and the next load has its time, no more.
    const next = pool.run(() => new Promise(() => undefined));
    const failure = expect(next).rejects.toMatchObject({ code: "HOLDFAST_DEADLINE" });
    await clock.advance(1_000);
    await failure;
    await clock.advance(1_000);
    expect(pool.running).toBe(0);
  });

  it("gives up a load at its deadline and aborts its signal", async () => {
    const clock = new FakeClock();
    const pool = new LoadPool(settings, clock);
    let signal: AbortSignal | undefined;
    const load = pool.run((given) => {
      signal = given;
      return new Promise(() => undefined);
    });
    const failure = expect(load).rejects.toMatchObject({ code: "HOLDFAST_DEADLINE" });
    await clock.advance(999);
    expect(signal?.aborted).toBe(false);
    await clock.advance(1);
    await failure;
    expect(signal?.aborted).toBe(true);
  });

  it("counts the wait for a place into the deadline", async () => {
    const clock = new FakeClock();
    const pool = new LoadPool({ ...settings, maxConcurrent: 1 }, clock);
    pool.run(() => new Promise(() => undefined)).catch(() => undefined);
    await clock.advance(400);
    let started = false;
    const late = pool.run(() => {
      started = true;
    });
    const failure = expect(late).rejects.toMatchObject({ code: "HOLDFAST_OVERLOADED" });
    await clock.advance(1_000);
    await failure;
    expect(started).toBe(false);
    expect(pool.waiting).toBe(0);
  });

  it("keeps the place of a load that outlives its deadline until it settles", async () => {
    const clock = new FakeClock();
    const pool = new LoadPool({ ...settings, maxConcurrent: 1 }, clock);
    const slow = deferred<void>();
    pool.run(() => slow.promise).catch(() => undefined);
    await clock.advance(1_000);
    expect(pool.running).toBe(1);
    slow.resolve();
    await settle();
    expect(pool.running).toBe(0);
  });

  it("frees the place of a load that never settles after one more time-out", async () => {
    const clock = new FakeClock();
    const pool = new LoadPool({ ...settings, maxConcurrent: 1 }, clock);
    pool.run(() => new Promise(() => undefined)).catch(() => undefined);
    await clock.advance(1_999);
    expect(pool.running).toBe(1);
    await clock.advance(1);
    expect(pool.running).toBe(0);
    await expect(pool.run(() => "next")).resolves.toBe("next");
  });

  it("drops the result of a load that settles after its deadline", async () => {
    const clock = new FakeClock();
    const pool = new LoadPool(settings, clock);
    const slow = deferred<string>();
    const load = pool.run(() => slow.promise);
    const failure = expect(load).rejects.toMatchObject({ code: "HOLDFAST_DEADLINE" });
    await clock.advance(1_000);
    slow.resolve("late");
    await failure;
  });

  it("hands on the loader's own error, thrown or rejected, and its place", async () => {
    const pool = new LoadPool({ ...settings, maxConcurrent: 1 }, new FakeClock());
    const error = new Error("primary");
    const thrown = pool.run(() => {
      throw error;
    });
    await expect(thrown).rejects.toBe(error);
    await expect(pool.run(() => Promise.reject(error))).rejects.toBe(error);
    expect(pool.running).toBe(0);
  });

  it("leaves no timer behind once idle", async () => {
    const clock = new FakeClock();
    const pool = new LoadPool(settings, clock);
    await pool.run(() => 1);
    await clock.advance(settings.timeoutMs);
    expect(clock.pending).toBe(0);
  });
});
