import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { FakeCall, UnwritableCall } from "../../test/support/fake-link.ts";
import {
  loseConnection,
  reply,
  reset,
  guardedNode as setUp,
} from "../../test/support/guarded-node.ts";
import { refusal, withDeadline } from "../core/index.ts";

describe("a command", () => {
  it("is handed to the client at once, and its reply to the application", () => {
    const { node, submit } = setUp();
    const call = submit();
    expect(call.sends).toBe(1);
    expect(node.inFlight).toBe(1);
    call.reply();
    expect(node.inFlight).toBe(0);
    expect(call.result).toEqual({ value: "v" });
  });

  it("takes a late reply while it has attempts left", async () => {
    const { clock, link, submit } = setUp();
    const call = submit();
    await clock.advance(150);
    // The answer to a command before it, say.
    link.bytesRead = 5;
    await clock.advance(100);
    expect(call.result).toBeUndefined();
    call.reply();
    await clock.advance(1_000);
    expect(call.result).toEqual({ value: "v" });
    expect(call.sends).toBe(1);
  });

  it("rejects a write that must not run twice at its first time-out, and says it may have run", async () => {
    const { clock, submit } = setUp();
    const call = submit("INCR", "n");
    await clock.advance(99);
    expect(call.result).toBeUndefined();
    await clock.advance(1);
    expect(call.result?.error).toMatchObject({
      code: "HOLDFAST_DEADLINE",
      outcome: "unknown",
      attempts: 1,
    });
  });

  it("keeps its place in flight until the client lets go of it", async () => {
    const { clock, node, submit } = setUp({ maxInFlight: 1, breaker: false });
    const call = submit("INCR", "n");
    await clock.advance(100);
    expect(call.settled).toBe(true);
    expect(node.inFlight).toBe(1);
    const next = submit();
    expect(next.sends).toBe(0);
    call.reply();
    expect(next.sends).toBe(1);
  });

  it("has one deadline for the waiting and the attempts", async () => {
    const { clock, link, node, submit } = setUp({ deadlineMs: 60 });
    link.ready = false;
    node.down(reset);
    const waiting = submit();
    await clock.advance(60);
    expect(waiting.result?.error).toMatchObject({
      code: "HOLDFAST_UNAVAILABLE",
      outcome: "not-sent",
      elapsedMs: 60,
    });
  });

  it.each(["BLPOP", "blpop"])("has the time that a blocking %s asks for", async (name) => {
    const { clock, submit } = setUp();
    const call = submit(name, "list", "5");
    const behind = submit();
    await clock.advance(999);
    // Behind it nothing can be answered, and that is nobody's fault.
    expect(behind.result).toBeUndefined();
    await clock.advance(4_000);
    expect(call.result).toBeUndefined();
    await clock.advance(1_001);
    expect(call.result?.error).toMatchObject({ code: "HOLDFAST_DEADLINE" });
  });

  it("gives a blocking command no more than the caller's own budget", async () => {
    const { clock, node } = setUp({ clock: new FakeClock(performance.now()) });
    const call = new FakeCall("BLPOP", "list", "0");
    withDeadline(200, () => node.submit(call));
    await (clock as FakeClock).advance(0);
    // BLPOP k 0 alone has no deadline at all.
    expect(call.deadlineAt).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  it("makes nobody wait behind another that pauses before it is tried again", async () => {
    const parts = setUp({ retry: { baseMs: 40, jitter: "none" } });
    const pausing = parts.submit("INCR", "n");
    pausing.fail(parts.node, reply("LOADING Redis is loading the dataset in memory"));
    const next = parts.submit();
    expect(next.sends).toBe(1);
    await parts.clock.advance(40);
    expect(pausing.sends).toBe(2);
  });

  it("obeys the application's own table of commands", async () => {
    const { clock, submit } = setUp({ commands: { "my.read": "read", "my.wait": "blocking" } });
    const read = submit("MY.READ");
    // As ioredis spells it.
    const lower = submit("my.read");
    const blocking = submit("MY.WAIT");
    await clock.advance(150);
    expect([read.result, lower.result]).toEqual([undefined, undefined]);
    await clock.advance(100_000);
    expect(blocking.result).toBeUndefined();
  });
});

describe("a fallback", () => {
  it("answers in place of every error, and its own error counts", async () => {
    const { clock, submit } = setUp({ fallback: async (failure) => (failure as Error).name });
    const call = submit("INCR", "n");
    await clock.advance(100);
    expect(call.result).toEqual({ value: "HoldfastError" });
    const broken = new Error("broken");
    const other = setUp({
      fallback: () => {
        throw broken;
      },
    });
    const failing = other.submit("INCR", "n");
    await other.clock.advance(100);
    expect(failing.result).toEqual({ error: broken });
  });

  it("cannot outlive the deadline of the command", async () => {
    const { clock, submit } = setUp({ fallback: () => new Promise(() => {}) });
    const call = submit("INCR", "n");
    await clock.advance(999);
    expect(call.result).toBeUndefined();
    await clock.advance(1);
    expect(call.result?.error).toMatchObject({ code: "HOLDFAST_DEADLINE" });
  });

  it("still answers a command that used up its deadline", async () => {
    const { clock, link, submit } = setUp({ fallback: async () => "instead", deadlineMs: 100 });
    const call = submit();
    await clock.advance(50);
    link.bytesRead = 5;
    await clock.advance(50);
    expect(call.result).toEqual({ value: "instead" });
  });
});

describe("bounds", () => {
  it("queues what exceeds maxInFlight, refuses what exceeds maxQueue, and lets the queue go on", () => {
    const { node, submit } = setUp({ maxInFlight: 2, maxQueue: 3 });
    const calls = Array.from({ length: 6 }, () => submit());
    expect(calls.map(({ sends }) => sends)).toEqual([1, 1, 0, 0, 0, 0]);
    expect(calls[5]?.result?.error).toMatchObject({
      code: "HOLDFAST_OVERLOADED",
      outcome: "not-sent",
    });
    expect(node.waiting).toBe(3);
    for (const call of calls.slice(0, 5)) call.reply();
    expect(calls.slice(0, 5).map(({ sends }) => sends)).toEqual([1, 1, 1, 1, 1]);
  });

  it("counts every command of a batch, and lets a larger one than the bound go alone", () => {
    const { node } = setUp({ maxInFlight: 100 });
    const batch = (size: number) => {
      const call = new FakeCall("PIPELINE");
      Object.defineProperty(call, "size", { value: size });
      node.submit(call);
      return call;
    };
    const [first, second, single] = [batch(60), batch(60), batch(1)];
    expect(node.inFlight).toBe(60);
    // Nobody overtakes: otherwise single commands could keep a batch waiting for ever.
    expect([first, second, single].map(({ sends }) => sends)).toEqual([1, 0, 0]);
    first.reply();
    expect([second, single].map(({ sends }) => sends)).toEqual([1, 1]);
    const huge = batch(1_000);
    for (const call of [second, single]) call.reply();
    expect(huge.sends).toBe(1);
    expect(node.inFlight).toBe(1_000);
  });

  it("lets nobody overtake a batch when a little room appears", () => {
    const { node, submit } = setUp({ maxInFlight: 100 });
    const batch = (size: number) => {
      const call = new FakeCall("PIPELINE");
      Object.defineProperty(call, "size", { value: size });
      node.submit(call);
      return call;
    };
    const first = submit();
    batch(99);
    const [waiting, behind] = [batch(50), submit()];
    first.reply();
    expect([waiting, behind].map(({ sends }) => sends)).toEqual([0, 0]);
  });

  it("keeps nobody in the queue for longer than maxQueueMs", async () => {
    const { clock, submit } = setUp({ maxInFlight: 1, maxQueue: 1, maxQueueMs: 30 });
    submit();
    const waiting = submit();
    await clock.advance(30);
    expect(waiting.result?.error).toMatchObject({ code: "HOLDFAST_DEADLINE", outcome: "not-sent" });
  });

  it("gives no command a place twice when it is repeated", () => {
    const parts = setUp();
    const calls = Array.from({ length: 3 }, () => parts.submit());
    loseConnection(parts, calls);
    expect(parts.node.inFlight).toBe(0);
    parts.link.ready = true;
    parts.node.up();
    expect(calls.map(({ sends }) => sends)).toEqual([2, 2, 2]);
    expect(parts.node.inFlight).toBe(3);
  });

  it("adds no more than the budget to the load when everything fails", () => {
    const parts = setUp({ breaker: false, maxQueue: 10_000, retry: { baseMs: 0, jitter: "none" } });
    let sends = 0;
    for (let count = 0; count < 10_000; count++) {
      const call = parts.submit();
      for (let before = -1; before !== call.sends && !call.settled; ) {
        before = call.sends;
        call.fail(parts.node, reply("LOADING Redis is loading the dataset in memory"));
        parts.clock.advanceSync(1);
      }
      sends += call.sends;
    }
    expect(sends).toBeLessThanOrEqual(10_000 * 1.2 + 3);
    expect(sends).toBeGreaterThan(10_000 * 1.15);
  });
});

describe("a lost connection", () => {
  it("repeats reads on the next one and gives up what may have run", () => {
    const parts = setUp();
    const [read, increment] = [parts.submit("GET", "k"), parts.submit("INCR", "n")];
    loseConnection(parts, [read, increment]);
    expect(increment.result?.error).toMatchObject({
      code: "HOLDFAST_UNAVAILABLE",
      outcome: "unknown",
      cause: reset,
    });
    expect(parts.retries).toEqual([0]);
    parts.link.ready = true;
    parts.node.up();
    expect(read.sends).toBe(2);
    expect(increment.sends).toBe(1);
  });

  it("repeats whatever was never written", () => {
    const parts = setUp();
    const increment = parts.submit("INCR", "n");
    loseConnection(parts, [increment], "unsent");
    parts.link.ready = true;
    parts.node.up();
    expect(increment.sends).toBe(2);
  });

  it("counts once for the breaker, however much was in flight", () => {
    const parts = setUp();
    loseConnection(
      parts,
      Array.from({ length: 50 }, () => parts.submit()),
    );
    expect(parts.states).toEqual([]);
    parts.node.down(reset);
    parts.node.down(reset);
    expect(parts.states).toEqual(["open"]);
  });

  it("probes with its own PING at once when there is a connection again", async () => {
    const parts = setUp();
    loseConnection(parts, []);
    parts.node.down(reset);
    parts.node.down(reset);
    expect(parts.submit().result?.error).toMatchObject({ code: "HOLDFAST_OPEN", cause: reset });
    parts.link.ready = true;
    parts.node.up();
    expect(parts.link.pings).toHaveLength(1);
    expect(parts.submit().sends).toBe(0);
    parts.link.pings[0]?.resolve();
    await parts.clock.advance(0);
    expect(parts.states).toEqual(["open", "half-open", "closed"]);
    expect(parts.submit().sends).toBe(1);
  });

  it("is no news every time that a probe finds no connection", async () => {
    const parts = setUp();
    loseConnection(parts, []);
    parts.node.down(reset);
    parts.node.down(reset);
    await parts.clock.advance(10_000);
    expect(parts.states).toEqual(["open"]);
  });

  it("never waits longer than half a second for the next probe", async () => {
    const parts = setUp({ breaker: { openMs: 500 } });
    const probes: number[] = [];
    for (let count = 0; count < 3; count++) {
      parts.submit("INCR", "n");
    }
    await parts.clock.advance(100);
    for (let waited = 0; waited < 5_000; waited += 10) {
      if (parts.link.pings.splice(0).length > 0) probes.push(parts.clock.now());
      parts.link.bytesRead = (parts.link.bytesRead ?? 0) + 1;
      await parts.clock.advance(10);
    }
    const pauses = probes.slice(1).map((at, index) => at - (probes[index] ?? 0));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(510 + 100);
  });
});

describe("an error reply", () => {
  it("is the application's as it is, and no failure, when it is about the command", () => {
    const parts = setUp();
    const wrongType = reply("WRONGTYPE Operation against a key holding the wrong kind of value");
    for (let count = 0; count < 100; count++) {
      const call = parts.submit();
      call.fail(parts.node, wrongType);
      expect(call.result?.error).toBe(wrongType);
    }
    expect(parts.states).toEqual([]);
  });

  it("is repeated after a pause when it says that nothing was done", async () => {
    const parts = setUp({ retry: { baseMs: 40, jitter: "none" } });
    const call = parts.submit("INCR", "n");
    call.fail(parts.node, reply("LOADING Redis is loading the dataset in memory"));
    await parts.clock.advance(39);
    expect(call.sends).toBe(1);
    await parts.clock.advance(1);
    expect(call.sends).toBe(2);
  });

  it("opens the breaker by its rate alone", () => {
    const parts = setUp({ retry: false });
    const loading = reply("LOADING Redis is loading the dataset in memory");
    for (let count = 0; count < 19; count++) parts.submit().fail(parts.node, loading);
    expect(parts.states).toEqual([]);
    parts.submit().fail(parts.node, loading);
    expect(parts.states).toEqual(["open"]);
  });

  it("means what the application's own classify says", () => {
    const classify = () => ({ retryable: false, countsAsFailure: false });
    const parts = setUp({ classify });
    const call = parts.submit();
    const loading = reply("LOADING Redis is loading the dataset in memory");
    call.fail(parts.node, loading);
    expect(call.result?.error).toBe(loading);
    expect(call.sends).toBe(1);
  });
});

describe("a command that the client cannot write", () => {
  const unwritable = new TypeError("no text");
  const submitUnwritable = ({ node }: ReturnType<typeof setUp>) => {
    const call = new UnwritableCall(unwritable);
    node.submit(call);
    return call;
  };

  it("is rejected with the client's own error, keeps no place, and harms nobody", async () => {
    const parts = setUp({ maxInFlight: 2 });
    for (let count = 0; count < 100; count++) {
      expect(submitUnwritable(parts).result).toEqual({ error: unwritable });
    }
    expect(parts.node.inFlight).toBe(0);
    // Twice the time of an attempt.
    await parts.clock.advance(200);
    expect(parts.states).toEqual([]);
    expect(parts.submit().sends).toBe(1);
  });

  it("has no place left for good when it stood in the queue", () => {
    const parts = setUp({ maxInFlight: 1 });
    const first = parts.submit();
    const call = submitUnwritable(parts);
    const next = parts.submit();
    expect(parts.node.waiting).toBe(2);
    first.reply();
    expect(call.result).toEqual({ error: unwritable });
    expect(next.sends).toBe(1);
    expect(parts.node.inFlight).toBe(1);
  });

  it("gives its permit back, and a fallback answers in its place", async () => {
    const parts = setUp({ fallback: async () => "instead" });
    const call = submitUnwritable(parts);
    await parts.clock.advance(0);
    expect(call.result).toEqual({ value: "instead" });
    expect(call.reported).toBe(true);
  });
});

describe("a closed client", () => {
  it("gives the client's own error, once, and counts it for nothing", () => {
    const parts = setUp();
    const call = parts.submit();
    parts.link.open = false;
    parts.link.ready = false;
    const disconnected = new Error("Disconnects client");
    call.fail(parts.node, disconnected);
    expect(call.result).toEqual({ error: disconnected });
    expect(call.sends).toBe(1);
    expect(parts.retries).toEqual([]);
  });

  it("is probed no more", async () => {
    const parts = setUp();
    loseConnection(parts, []);
    parts.node.down(reset);
    parts.node.down(reset);
    expect(parts.states).toEqual(["open"]);
    parts.link.open = false;
    parts.node.closed();
    await parts.clock.advance(10_000);
    expect(parts.clock.pending).toBe(0);
  });
});

describe("connecting", () => {
  it("gives up an attempt that hangs", async () => {
    const { clock, node, link } = setUp();
    link.ready = false;
    node.down(reset);
    node.connecting();
    await clock.advance(499);
    expect(link.dropped).toEqual([]);
    await clock.advance(1);
    expect(link.dropped[0]).toMatchObject({ code: "ETIMEDOUT" });
  });

  it("wakes a client that connects lazily, and keeps the command for it", () => {
    const { link, submit } = setUp();
    link.ready = false;
    const call = submit();
    expect(link.woken).toBe(1);
    expect(call.result).toBeUndefined();
  });

  it("lets the client answer when the application has closed it", () => {
    const { node, link, submit } = setUp();
    link.open = false;
    const call = submit();
    expect(call.sends).toBe(1);
    const closed = new Error("The client is closed");
    call.fail(node, closed);
    expect(call.result).toEqual({ error: closed });
  });

  it("rejects what waits when the application closes the client", () => {
    const { node, link, submit } = setUp();
    link.ready = false;
    const call = submit();
    node.closed();
    expect(call.result?.error).toMatchObject({ code: "HOLDFAST_CLOSED", outcome: "not-sent" });
  });
});

it("leaves no timer behind", async () => {
  const { clock, node, submit } = setUp();
  submit().reply();
  submit();
  await clock.advance(300);
  node.dispose();
  expect(clock.pending).toBe(0);
  expect(refusal("HOLDFAST_OPEN", "x", {}).stack).not.toContain("at ");
});
