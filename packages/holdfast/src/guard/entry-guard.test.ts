import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { FakeCall, FakeLink, UnwritableCall } from "../../test/support/fake-link.ts";
import { EntryGuard } from "./entry-guard.ts";
import type { NodeObserver } from "./observer.ts";
import type { ProtectOptions } from "./options.ts";
import { resolveProtectOptions } from "./options.ts";

/** A command on its way: at no node until a test puts it there. */
class RoutedFake extends FakeCall {
  at = "nowhere";

  override get placed(): boolean {
    return this.at === "node";
  }

  override get reached(): boolean {
    return this.at !== "nowhere";
  }
}

function setUp(options: ProtectOptions = {}) {
  const clock = new FakeClock();
  const states: string[] = [];
  const nothing = () => {};
  const observer: NodeObserver = {
    sent: nothing,
    retrying: nothing,
    failure: nothing,
    rejected: nothing,
    changed: (_node, _from, to) => states.push(to),
    connected: nothing,
    disconnected: nothing,
    recycled: nothing,
  };
  const entry = new EntryGuard(
    resolveProtectOptions({ clock, random: () => 0.5, ...options }),
    observer,
  );
  const link = new FakeLink();
  link.ready = false;
  entry.attach(link);
  const up = () => {
    link.ready = true;
    entry.up();
  };
  const down = () => {
    link.ready = false;
    return entry.down(new Error("no node answers"));
  };
  const submit = () => {
    const call = new RoutedFake("INCR", "k");
    entry.submit(call);
    return call;
  };
  return { clock, entry, link, states, up, down, submit };
}

describe("the entry of a client with several nodes", () => {
  it("sends a command on at once when there is a map of the nodes", () => {
    const { up, submit } = setUp();
    up();
    expect(submit().sends).toBe(1);
  });

  it("holds it while there is none, and sends it when there is", () => {
    const { entry, up, submit } = setUp();
    const call = submit();
    expect([call.sends, entry.waiting]).toEqual([0, 1]);
    up();
    expect([call.sends, entry.waiting]).toEqual([1, 0]);
  });

  it("gives up at the deadline what it held, which then never runs", async () => {
    const { clock, up, submit } = setUp({ deadlineMs: 300 });
    const call = submit();
    await clock.advance(300);
    expect(call.result?.error).toMatchObject({ code: "HOLDFAST_UNAVAILABLE", outcome: "not-sent" });
    up();
    expect(call.sends).toBe(0);
  });

  it("holds no more than maxQueue", () => {
    const { entry, submit } = setUp({ maxQueue: 2 });
    const calls = [submit(), submit(), submit()];
    expect(entry.waiting).toBe(2);
    expect(calls[2]?.result?.error).toMatchObject({ code: "HOLDFAST_OVERLOADED" });
  });

  it("refuses at once when no node can be asked, until one can", async () => {
    const { clock, states, up, down, submit } = setUp();
    const waiting = submit();
    for (let failures = 0; failures < 3; failures++) down();
    expect(waiting.result?.error).toMatchObject({ code: "HOLDFAST_OPEN", outcome: "not-sent" });
    expect(submit().result?.error).toMatchObject({ code: "HOLDFAST_OPEN" });
    // Probes find no map, and that is no news.
    await clock.advance(2_000);
    expect(states).toEqual(["open"]);
    up();
    expect(states).toEqual(["open", "closed"]);
    expect(submit().sends).toBe(1);
  });

  it("paces the attempts to read a map", () => {
    const { down } = setUp();
    const pauses = Array.from({ length: 12 }, down);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(500);
    expect(pauses.at(-1)).toBeGreaterThan(pauses[0] ?? 0);
  });

  it("routes a command anew whose node has left, after a pause", async () => {
    const { clock, entry, up, submit } = setUp();
    up();
    const call = submit();
    entry.enter(call);
    expect(call.sends).toBe(1);
    await clock.advance(25);
    expect(call.sends).toBe(2);
  });

  it("watches what is at no node, and says truly whether it can have run", async () => {
    const { clock, up, submit } = setUp({ deadlineMs: 300 });
    up();
    const [kept, past] = [submit(), submit()];
    past.at = "past the guards";
    await clock.advance(300);
    expect(kept.result?.error).toMatchObject({ code: "HOLDFAST_DEADLINE", outcome: "not-sent" });
    expect(past.result?.error).toMatchObject({ code: "HOLDFAST_DEADLINE", outcome: "unknown" });
  });

  it("leaves the deadline to the node's guard while the command is there", async () => {
    const { clock, up, submit } = setUp({ deadlineMs: 300 });
    up();
    const call = submit();
    call.at = "node";
    await clock.advance(1_000);
    expect(call.result).toBeUndefined();
    call.at = "past the guards";
    await clock.advance(100);
    expect(call.result?.error).toMatchObject({ code: "HOLDFAST_DEADLINE" });
  });

  it("rejects with the client's own error what it cannot route, and sends what waits behind", () => {
    const { entry, up, submit } = setUp();
    const error = new TypeError("no text");
    const [held, behind] = [new UnwritableCall(error), submit()];
    entry.submit(held);
    up();
    expect([held.result, behind.sends, entry.waiting]).toEqual([{ error }, 1, 0]);
    const call = new UnwritableCall(error);
    entry.submit(call);
    expect(call.result).toEqual({ error });
    expect(submit().sends).toBe(1);
  });

  it("rejects what waits when the application closes the client, and stops its timers", () => {
    const { clock, entry, submit } = setUp();
    const call = submit();
    entry.closed();
    expect(call.result?.error).toMatchObject({ code: "HOLDFAST_CLOSED", outcome: "not-sent" });
    expect(clock.pending).toBe(0);
  });
});
