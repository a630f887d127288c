import { describe, expect, it } from "vitest";
import { guardedNode as setUp } from "../../test/support/guarded-node.ts";

/** Bytes arrive all the time, and whatever becomes of them is the test's affair. */
async function trickle({ clock, link }: ReturnType<typeof setUp>, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await clock.advance(100);
    link.bytesRead = (link.bytesRead ?? 0) + 7;
  }
}

describe("silence", () => {
  it("is told after one overdue command by a PING that brings not a byte", async () => {
    const parts = setUp();
    parts.submit();
    await parts.clock.advance(100);
    expect(parts.link.pings).toHaveLength(1);
    expect(parts.states).toEqual([]);
    await parts.clock.advance(150);
    expect(parts.link.dropped).toHaveLength(1);
    expect(parts.states).toEqual(["open"]);
  });

  it("is no silence when a part of a large reply arrives", async () => {
    const parts = setUp();
    parts.submit();
    await parts.clock.advance(200);
    parts.link.bytesRead = 65_536;
    await parts.clock.advance(50);
    expect(parts.link.dropped).toEqual([]);
  });

  it("is no sign of life for ever when no reply comes of the bytes", async () => {
    const parts = setUp();
    const call = parts.submit();
    await trickle(parts, 5_000);
    expect(parts.link.dropped).toEqual([]);
    expect(call.result).toMatchObject({ error: { outcome: "unknown" } });
    await parts.clock.advance(100);
    expect(parts.link.dropped).toMatchObject([
      { message: expect.stringContaining("no reply in what arrived for 5000 ms") },
    ]);
    expect(parts.states).toContain("open");
  });

  it("is looked for as long as a command may take, where that is longer", async () => {
    const parts = setUp({ deadlineMs: 8_000, attemptTimeoutMs: 1_000 });
    parts.submit();
    await trickle(parts, 8_900);
    expect(parts.link.dropped).toEqual([]);
    await parts.clock.advance(100);
    expect(parts.link.dropped).toHaveLength(1);
  });

  it("is no cause to cut a slow line on which reply after reply is answered", async () => {
    const parts = setUp({ breaker: false });
    const calls = Array.from({ length: 10 }, () => parts.submit());
    for (const call of calls) {
      await trickle(parts, 4_000);
      call.reply();
    }
    expect(parts.link.dropped).toEqual([]);
  });

  it("is forgotten with the PONG, and counted anew from the next doubt", async () => {
    const parts = setUp({ breaker: false });
    for (let count = 0; count < 5; count++) {
      const call = parts.submit();
      await trickle(parts, 4_000);
      call.reply();
      for (const ping of parts.link.pings.splice(0)) ping.resolve();
    }
    expect(parts.link.dropped).toEqual([]);
  });

  it("is no silence when this process was held up and replies lie unread", async () => {
    const parts = setUp();
    const call = parts.submit();
    // The timers of a process that stood still for a second all fire late, before it reads.
    const jump = parts.clock.jump(1_000);
    parts.link.bytesRead = 5;
    call.reply();
    await jump;
    await parts.clock.advance(200);
    expect(call.result).toEqual({ value: "v" });
    expect(parts.states).toEqual([]);
    expect(parts.link.dropped).toEqual([]);
  });
});

describe("a connection that says nothing", () => {
  it("is asked for a sign of life once a deadline, and replaced when there is none", async () => {
    const { clock, link, states } = setUp();
    await clock.advance(1_000);
    expect(link.pings).toHaveLength(1);
    await clock.advance(999);
    expect(link.dropped).toEqual([]);
    await clock.advance(1);
    expect(link.dropped).toHaveLength(1);
    expect(states).toContain("open");
  });

  it("stays when it answers, and is asked again", async () => {
    const { clock, link } = setUp();
    for (let beat = 0; beat < 10; beat++) {
      await clock.advance(1_000);
      for (const ping of link.pings.splice(0)) ping.resolve();
    }
    expect(link.dropped).toEqual([]);
  });

  it("is not asked while things arrive", async () => {
    const { clock, link } = setUp();
    for (let count = 0; count < 50; count++) {
      link.bytesRead = (link.bytesRead ?? 0) + 1;
      await clock.advance(100);
    }
    expect(link.pings).toEqual([]);
  });

  it("is asked apart where a blocking command keeps it, and lives when the server does", async () => {
    const { clock, link, states, submit } = setUp();
    const call = submit("BLPOP", "list", "0");
    await clock.advance(60_000);
    expect(link.probes).toBeGreaterThan(10);
    expect(link.pings).toEqual([]);
    expect(link.dropped).toEqual([]);
    expect(states).toEqual([]);
    expect(call.result).toBeUndefined();
  });

  it("is replaced when a server that blocks a command gives no sign of life either", async () => {
    const { clock, link, submit } = setUp();
    submit("BLPOP", "list", "0");
    link.alive = false;
    await clock.advance(3_000);
    expect(link.dropped.length).toBeGreaterThan(0);
  });

  it("is found dead by an ordinary command beside a blocking one", async () => {
    const { clock, link, submit } = setUp();
    submit("BLPOP", "list", "0");
    link.alive = false;
    submit();
    await clock.advance(100 + 500);
    expect(link.dropped).toHaveLength(1);
  });
});

describe("a process that was held up", () => {
  it("calls nothing overdue before it has had time to write and to read", async () => {
    const parts = setUp();
    const calls = Array.from({ length: 100 }, () => parts.submit());
    // Not very late: the timer was due at 100, and the commands are not even written yet.
    await parts.clock.jump(110);
    expect(parts.link.pings).toEqual([]);
    await parts.clock.advance(40);
    for (const call of calls) call.reply();
    await parts.clock.advance(1_000);
    expect(parts.states).toEqual([]);
    expect(calls.every(({ result }) => result?.value === "v")).toBe(true);
  });
});
