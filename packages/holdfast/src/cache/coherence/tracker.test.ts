import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import type { TrackingRequest, TrackingSession } from "./session.ts";
import { Tracker, trackerTimes } from "./tracker.ts";

/** A tracker whose sessions do as the test says. */
function scene() {
  const clock = new FakeClock();
  const events: string[] = [];
  const requests: TrackingRequest[] = [];
  let closed = 0;
  let answer: () => Promise<TrackingSession> = async () => session;
  let ping: () => Promise<unknown> = async () => "PONG";
  const session: TrackingSession = { ping: () => ping(), close: () => closed++ };
  const tracker = new Tracker({
    clock,
    random: () => 0.999_999,
    prefixes: ["p:"],
    open: (request) => {
      requests.push(request);
      return answer();
    },
    onBegin: () => events.push("begin"),
    onLost: (reason) => events.push(`lost: ${reason}`),
    onKeys: (keys) => events.push(`keys: ${keys}`),
  });
  return {
    clock,
    tracker,
    events,
    requests,
    closed: () => closed,
    answerWith: (next: () => Promise<TrackingSession>) => {
      answer = next;
    },
    pingWith: (next: () => Promise<unknown>) => {
      ping = next;
    },
  };
}

const never = () => new Promise<never>(() => undefined);

describe("the tracker", () => {
  it("opens one session, and hands on what it tells", async () => {
    const { tracker, clock, events, requests } = scene();
    tracker.connect();
    tracker.connect();
    await clock.advance(0);
    tracker.connect();
    requests[0]?.onKeys(["p:a"]);
    requests[0]?.onKeys(null);
    expect(requests).toHaveLength(1);
    expect(events).toEqual(["begin", "keys: p:a", "keys: null"]);
  });

  it("says that there is a gap when the connection breaks, and opens another", async () => {
    const { tracker, clock, events, requests } = scene();
    tracker.connect();
    await clock.advance(0);
    requests[0]?.onLost();
    expect(events.at(-1)).toMatch(/^lost/);
    await clock.advance(trackerTimes.retryMs);
    expect(events.at(-1)).toBe("begin");
    // What the old one still says is not taken for the new one's word.
    requests[0]?.onKeys(["p:a"]);
    requests[0]?.onLost();
    expect(events.at(-1)).toBe("begin");
    expect(requests).toHaveLength(2);
  });

  it("notices a connection that died without a word", async () => {
    const { tracker, clock, events, closed, pingWith } = scene();
    tracker.connect();
    await clock.advance(3 * trackerTimes.heartbeatMs);
    expect(events).toEqual(["begin"]);
    pingWith(never);
    await clock.advance(2 * trackerTimes.heartbeatMs);
    expect(events[1]).toMatch(/does not answer/);
    expect(closed()).toBe(1);
  });

  it("gives up an opening that does not end, and closes what comes of it late", async () => {
    const { tracker, clock, events, closed, answerWith } = scene();
    let late: (session: TrackingSession) => void = () => undefined;
    answerWith(
      () =>
        new Promise((resolve) => {
          late = resolve;
        }),
    );
    tracker.connect();
    await clock.advance(trackerTimes.openMs);
    expect(events).toHaveLength(1);
    let lateClosed = false;
    late({
      ping: never,
      close: () => {
        lateClosed = true;
      },
    });
    await clock.advance(0);
    expect(lateClosed).toBe(true);
    expect(closed()).toBe(0);
  });

  it("tries again at growing pauses, never longer than the most", async () => {
    const { tracker, clock, requests, answerWith } = scene();
    answerWith(() => Promise.reject(new Error("connect ECONNREFUSED")));
    tracker.connect();
    await clock.advance(60_000);
    const least = 60_000 / trackerTimes.retryMaxMs;
    expect(requests.length).toBeGreaterThanOrEqual(least);
    expect(requests.length).toBeLessThan(least + 10);
  });

  it("rarely asks a server again that refuses tracking", async () => {
    const { tracker, clock, requests, events, answerWith } = scene();
    answerWith(() => Promise.reject(new Error("NOPERM this user has no permissions")));
    tracker.connect();
    await clock.advance(trackerTimes.refusedMs - 1_000);
    expect(requests).toHaveLength(1);
    expect(events).toEqual(["lost: the server refuses CLIENT TRACKING"]);
  });

  it("is quiet once closed, and leaves no timer", async () => {
    const { tracker, clock, events, closed } = scene();
    tracker.connect();
    await clock.advance(0);
    tracker.close();
    tracker.connect();
    await clock.advance(60_000);
    expect(events).toEqual(["begin"]);
    expect(closed()).toBe(1);
    expect(clock.pending).toBe(0);
  });
});
