import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { Link, silenceRatio } from "./link.ts";

const timeoutMs = 50;
const silenceMs = silenceRatio * timeoutMs;

/** A link to a Redis of which the test decides when it answers. */
function scene() {
  const clock = new FakeClock();
  const pending: { resolve: (reply: unknown) => void; reject: (error: unknown) => void }[] = [];
  const changes: boolean[] = [];
  let failures = 0;
  let probes = 0;
  const link = new Link({
    send: () => new Promise((resolve, reject) => pending.push({ resolve, reject })),
    timeoutMs,
    clock,
    random: () => 0,
    countsAsFailure: (error) => !(error instanceof RangeError),
    onFailure: () => failures++,
    onChange: (available) => changes.push(available),
    probe: (send) => {
      probes++;
      return send(["TIME"]);
    },
  });
  return { clock, link, pending, changes, failures: () => failures, probes: () => probes };
}

const deadline = { code: "HOLDFAST_DEADLINE", outcome: "unknown" };

describe("the link to Redis", () => {
  it("gives up a command at the time-out, and drops its late reply", async () => {
    const { clock, link, pending, failures } = scene();
    const failure = expect(link.send(["DEL", "k"])).rejects.toMatchObject(deadline);
    await clock.advance(timeoutMs - 1);
    expect(failures()).toBe(0);
    await clock.advance(1);
    await failure;
    pending[0]?.resolve(1);
    await clock.advance(0);
    expect(failures()).toBe(1);
  });

  it("gives up reads sooner when nothing at all comes", async () => {
    const { clock, link } = scene();
    const failure = expect(link.ask(["GET", "k"])).rejects.toMatchObject(deadline);
    await clock.advance(silenceMs);
    await failure;
  });

  it("waits for a read as long as anything comes", async () => {
    const { clock, link, pending } = scene();
    const slow = link.ask(["GET", "slow"]);
    const other = link.send(["GET", "other"]);
    await clock.advance(silenceMs - 1);
    pending[1]?.resolve("b");
    await clock.advance(silenceMs - 1);
    pending[0]?.resolve("a");
    expect([await slow, await other]).toEqual(["a", "b"]);
  });

  it("hears a reply that was waiting behind the time-out", async () => {
    const { clock, link, pending } = scene();
    const answer = link.ask(["GET", "k"]);
    clock.advanceSync(timeoutMs);
    pending[0]?.resolve("in time");
    expect(await answer).toBe("in time");
  });

  it("refuses at once after three failures in a row, and sends nothing", async () => {
    const { clock, link, pending, changes } = scene();
    const calls = [1, 2, 3].map(() => link.send(["GET", "k"]));
    for (const { reject } of pending) reject(new Error("gone"));
    await Promise.allSettled(calls);
    expect(link.available).toBe(false);
    expect(changes).toEqual([false]);
    await expect(link.send(["GET", "k"])).rejects.toMatchObject({ code: "HOLDFAST_OPEN" });
    await expect(link.ask(["GET", "k"])).rejects.toMatchObject({ code: "HOLDFAST_OPEN" });
    expect(pending).toHaveLength(3);
    await clock.advance(0);
  });

  it("finds out by probes of its own when Redis is of use again", async () => {
    const { clock, link, pending, changes, probes } = scene();
    const calls = [1, 2, 3].map(() => link.send(["GET", "k"]));
    for (const { reject } of pending) reject(new Error("gone"));
    await Promise.allSettled(calls);
    await clock.advance(200);
    expect(probes()).toBeGreaterThanOrEqual(1);
    pending.at(-1)?.resolve(["1", "0"]);
    await clock.advance(0);
    expect(link.available).toBe(true);
    expect(changes).toEqual([false, true]);
  });

  it("probes at once on a sign that Redis is back", async () => {
    const { clock, link, pending, probes } = scene();
    const calls = [1, 2, 3].map(() => link.send(["GET", "k"]));
    for (const { reject } of pending) reject(new Error("gone"));
    await Promise.allSettled(calls);
    link.retry();
    expect(probes()).toBe(1);
    pending.at(-1)?.resolve(["1", "0"]);
    await clock.advance(0);
    expect(link.available).toBe(true);
  });

  it("stays up for replies that are about one key", async () => {
    const { link, pending } = scene();
    const calls = [1, 2, 3, 4, 5].map(() => link.send(["GET", "k"]));
    for (const { reject } of pending) reject(new RangeError("WRONGTYPE"));
    await Promise.allSettled(calls);
    expect(link.available).toBe(true);
  });
});
