import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { seededRandom } from "../../test/support/seeded-random.ts";
import type { BreakerSettings } from "./breaker-settings.ts";
import type { BreakerHooks } from "./circuit-breaker.ts";
import { CircuitBreaker, refused } from "./circuit-breaker.ts";

const settings: BreakerSettings = {
  failureRate: 0.5,
  slowRate: 0.5,
  slowMs: 200,
  windowMs: 10_000,
  minCalls: 20,
  consecutive: 3,
  openMs: 1_000,
  openCapMs: 1_000,
  probes: 1,
  probeTimeoutMs: 300,
  rampMs: 0,
};

const boom = new Error("boom");

function setUp(changes: Partial<BreakerSettings> = {}, hooks: Partial<BreakerHooks> = {}) {
  const clock = new FakeClock();
  const states: string[] = [];
  const breaker = new CircuitBreaker(
    { ...settings, ...changes },
    {
      clock,
      random: () => 0,
      onChange: (from, to) => states.push(`${from} → ${to}`),
      ...hooks,
    },
  );
  const now = () => clock.now();
  return {
    breaker,
    clock,
    states,
    now,
    succeed: (durationMs = 1) => breaker.success(breaker.admit(now()), now(), durationMs),
    fail: (cause: unknown = boom) => breaker.failure(breaker.admit(now()), now(), 1, cause),
    trip: () => breaker.open(boom, now()),
  };
}

describe("a closed breaker", () => {
  it("opens after so many failures in a row and remembers the last as its cause", () => {
    const { breaker, fail, clock } = setUp();
    fail();
    fail();
    expect(breaker.state).toBe("closed");
    const last = new Error("last");
    fail(last);
    expect(breaker.state).toBe("open");
    expect(breaker.cause).toBe(last);
    expect(breaker.since).toBe(clock.now());
  });

  it("starts to count failures in a row again after a success", () => {
    const { breaker, fail, succeed } = setUp({ failureRate: Number.POSITIVE_INFINITY });
    for (let round = 0; round < 50; round++) {
      fail();
      fail();
      succeed();
    }
    expect(breaker.state).toBe("closed");
  });

  it("does not count failures in a row that lie further apart than the window", () => {
    const { breaker, fail, clock } = setUp();
    for (let hour = 0; hour < 10; hour++) {
      fail();
      fail();
      clock.advanceSync(3_600_000);
    }
    expect(breaker.state).toBe("closed");
  });

  it("counts a failure that is not one in a row for the rate only", () => {
    const { breaker, now } = setUp();
    for (let call = 0; call < 19; call++)
      breaker.failure(breaker.admit(now()), now(), 1, boom, false);
    expect(breaker.state).toBe("closed");
    breaker.failure(breaker.admit(now()), now(), 1, boom, false);
    expect(breaker.state).toBe("open");
  });

  it("opens at the failure rate, but never before the minimum of calls", () => {
    const { breaker, fail, succeed } = setUp({ consecutive: 0 });
    for (let call = 0; call < 10; call++) succeed();
    for (let call = 0; call < 9; call++) fail();
    expect(breaker.state).toBe("closed");
    fail();
    expect(breaker.state).toBe("open");
  });

  it("stays closed below the failure rate however many calls fail", () => {
    const { breaker, fail, succeed } = setUp({ consecutive: 0 });
    for (let call = 0; call < 10_000; call++) {
      succeed();
      succeed();
      fail();
    }
    expect(breaker.state).toBe("closed");
  });

  it("never counts a sample older than the window, even after an idle hour", () => {
    const { breaker, fail, clock } = setUp({ consecutive: 0 });
    for (let call = 0; call < 19; call++) fail();
    clock.advanceSync(3_600_000);
    for (let call = 0; call < 19; call++) fail();
    expect(breaker.state).toBe("closed");
    fail();
    expect(breaker.state).toBe("open");
  });

  it("counts slow calls, and says so in its cause", () => {
    const { breaker, succeed } = setUp();
    for (let call = 0; call < 10; call++) succeed(199);
    for (let call = 0; call < 9; call++) succeed(200);
    expect(breaker.state).toBe("closed");
    succeed(200);
    expect(breaker.state).toBe("open");
    expect(String(breaker.cause)).toContain("10 of 20 calls took 200 ms");
  });

  it("learns nothing from a call that is to be ignored", () => {
    const { breaker, now, fail } = setUp();
    fail();
    fail();
    for (let call = 0; call < 100; call++) breaker.ignore(breaker.admit(now()), now());
    expect(breaker.state).toBe("closed");
    fail();
    expect(breaker.state).toBe("open");
  });

  it("can be opened by force", () => {
    const { breaker, trip, now } = setUp();
    trip();
    expect(breaker.state).toBe("open");
    expect(breaker.admit(now())).toBe(refused);
    expect(breaker.cause).toBe(boom);
  });

  it("opens for a failure whose error is undefined", () => {
    const { breaker, now } = setUp({ consecutive: 0 });
    for (let call = 0; call < 20; call++) {
      breaker.failure(breaker.admit(now()), now(), 1, undefined);
    }
    expect(breaker.state).toBe("open");
  });
});

describe("a permit", () => {
  it("is void after any change of state, so a late result changes nothing", () => {
    const { breaker, now, fail, clock, states } = setUp();
    const [early, earlier] = [breaker.admit(now()), breaker.admit(now())];
    for (let call = 0; call < 3; call++) fail();
    breaker.success(early, now(), 1);
    expect(breaker.state).toBe("open");
    clock.advanceSync(1_000);
    const probe = breaker.admit(now());
    expect(breaker.state).toBe("half-open");
    breaker.success(earlier, now(), 1);
    breaker.failure(earlier, now(), 1, boom);
    breaker.ignore(earlier, now());
    expect(breaker.state).toBe("half-open");
    expect(breaker.admit(now())).toBe(refused);
    breaker.success(probe, now(), 1);
    for (let call = 0; call < 10; call++) breaker.failure(probe, now(), 1, boom);
    expect(states).toEqual(["closed → open", "open → half-open", "half-open → closed"]);
  });
});

describe("an open breaker that probes with calls", () => {
  it("refuses everything until the pause is over, then admits so many probes", () => {
    const { breaker, trip, clock, now } = setUp({ probes: 3 });
    trip();
    clock.advanceSync(999);
    expect(breaker.admit(now())).toBe(refused);
    expect(breaker.retryAfterMs(now())).toBe(1);
    clock.advanceSync(1);
    const probes = [breaker.admit(now()), breaker.admit(now()), breaker.admit(now())];
    expect(probes.every((permit) => breaker.isProbe(permit))).toBe(true);
    expect(breaker.admit(now())).toBe(refused);
    expect(breaker.retryAfterMs(now())).toBe(300);
  });

  it("closes only when every probe has succeeded", () => {
    const { breaker, trip, clock, now, succeed } = setUp({ probes: 3 });
    trip();
    clock.advanceSync(1_000);
    succeed();
    succeed();
    expect(breaker.state).toBe("half-open");
    succeed();
    expect(breaker.state).toBe("closed");
    expect(breaker.cause).toBeUndefined();
    expect(breaker.admit(now())).not.toBe(refused);
  });

  it("opens again when one probe fails or is slow", () => {
    const { breaker, trip, clock, fail, succeed, now } = setUp({ probes: 2 });
    trip();
    clock.advanceSync(1_000);
    succeed();
    const again = new Error("again");
    fail(again);
    expect(breaker.state).toBe("open");
    expect(breaker.cause).toBe(again);
    expect(breaker.retryAfterMs(now())).toBe(1_000);
    clock.advanceSync(1_000);
    succeed(200);
    expect(breaker.state).toBe("open");
    expect(String(breaker.cause)).toContain("the probe took 200 ms");
  });

  it("gives the place of an ignored probe to the next call", () => {
    const { breaker, trip, clock, now } = setUp();
    trip();
    clock.advanceSync(1_000);
    breaker.ignore(breaker.admit(now()), now());
    expect(breaker.state).toBe("half-open");
    breaker.success(breaker.admit(now()), now(), 1);
    expect(breaker.state).toBe("closed");
  });

  it("opens again when a probe is neither reported nor given back in its time", () => {
    const { breaker, trip, clock, now } = setUp();
    trip();
    clock.advanceSync(1_000);
    const hung = breaker.admit(now());
    clock.advanceSync(299);
    expect(breaker.admit(now())).toBe(refused);
    expect(breaker.state).toBe("half-open");
    clock.advanceSync(1);
    expect(breaker.admit(now())).toBe(refused);
    expect(breaker.state).toBe("open");
    expect(String(breaker.cause)).toContain("no answer within 300 ms");
    breaker.success(hung, now(), 1);
    expect(breaker.state).toBe("open");
  });

  it("has no timer", () => {
    const { clock, trip } = setUp();
    trip();
    expect(clock.pending).toBe(0);
  });

  it("takes up to a fifth off the pause, never adds to it", () => {
    const pauses = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const { breaker, trip, now } = setUp({}, { random: seededRandom(seed) });
      trip();
      pauses.add(breaker.retryAfterMs(now()) ?? 0);
    }
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(800);
    expect(Math.min(...pauses)).toBeLessThan(820);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1_000);
    expect(pauses.size).toBeGreaterThan(150);
  });

  it("doubles the pause with each failed round up to the cap, and forgets that when it closes", () => {
    const { breaker, trip, clock, now, fail, succeed } = setUp({ openMs: 100, openCapMs: 500 });
    const pauses: (number | undefined)[] = [];
    trip();
    for (let round = 0; round < 5; round++) {
      const pauseMs = breaker.retryAfterMs(now()) ?? 0;
      pauses.push(pauseMs);
      clock.advanceSync(pauseMs);
      fail();
    }
    expect(pauses).toEqual([100, 200, 400, 500, 500]);
    clock.advanceSync(500);
    succeed();
    trip();
    expect(breaker.retryAfterMs(now())).toBe(100);
  });
});

describe("a breaker whose owner probes", () => {
  function setUpOwner(changes: Partial<BreakerSettings> = {}) {
    const asked: number[] = [];
    return { asked, ...setUp(changes, { probe: (permit) => asked.push(permit) }) };
  }

  it("asks the owner after the pause and never admits a call as a probe", () => {
    const { breaker, trip, clock, now, asked } = setUpOwner();
    trip();
    clock.advanceSync(999);
    expect(asked).toHaveLength(0);
    clock.advanceSync(1);
    expect(asked).toHaveLength(1);
    expect(breaker.state).toBe("half-open");
    expect(breaker.admit(now())).toBe(refused);
    breaker.success(asked[0] as number, now(), 1);
    expect(breaker.state).toBe("closed");
    expect(clock.pending).toBe(0);
  });

  it("asks at once when it is told to, and again after a failure", () => {
    const { breaker, trip, clock, now, asked } = setUpOwner();
    trip();
    breaker.probeNow(now());
    expect(asked).toHaveLength(1);
    breaker.failure(asked[0] as number, now(), 1, boom);
    expect(breaker.state).toBe("open");
    clock.advanceSync(1_000);
    expect(asked).toHaveLength(2);
  });

  it("asks one after the other for as many probes as it needs", () => {
    const { breaker, trip, now, asked } = setUpOwner({ probes: 3 });
    trip();
    breaker.probeNow(now());
    for (let probe = 0; probe < 3; probe++) {
      expect(asked).toHaveLength(probe + 1);
      breaker.success(asked[probe] as number, now(), 1);
    }
    expect(breaker.state).toBe("closed");
  });

  it("counts a probe that the owner never reports as failed, and goes on probing", () => {
    const { breaker, trip, clock, asked } = setUpOwner();
    trip();
    clock.advanceSync(1_300);
    expect(breaker.state).toBe("open");
    clock.advanceSync(1_300);
    expect(asked).toHaveLength(2);
    expect(clock.pending).toBe(1);
  });

  it("begins a new round on a new connection, and the old round's result is void", () => {
    const { breaker, trip, now, asked } = setUpOwner();
    trip();
    breaker.probeNow(now());
    breaker.probeNow(now());
    expect(asked).toHaveLength(2);
    breaker.failure(asked[0] as number, now(), 1, boom);
    expect(breaker.state).toBe("half-open");
    breaker.success(asked[1] as number, now(), 1);
    expect(breaker.state).toBe("closed");
  });

  it("survives an owner that answers within the question", () => {
    const holder: { breaker?: CircuitBreaker } = {};
    const { breaker, trip, now, clock } = setUp(
      { probes: 5 },
      { probe: (permit) => holder.breaker?.success(permit, 0, 1) },
    );
    holder.breaker = breaker;
    trip();
    breaker.probeNow(now());
    expect(breaker.state).toBe("closed");
    expect(clock.pending).toBe(0);
  });

  it("asks no more once it is disposed of", () => {
    const { breaker, trip, clock, asked } = setUpOwner();
    trip();
    breaker.dispose();
    clock.advanceSync(60_000);
    expect(asked).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it("does nothing of its own while it is closed or isolated", () => {
    const { breaker, now, asked, clock } = setUpOwner();
    breaker.probeNow(now());
    breaker.isolate(now());
    breaker.probeNow(now());
    clock.advanceSync(60_000);
    expect(asked).toHaveLength(0);
  });
});

describe("recovery", () => {
  function recover(rampMs: number) {
    const all = setUp({ rampMs });
    all.trip();
    all.clock.advanceSync(1_000);
    all.succeed();
    expect(all.breaker.state).toBe("closed");
    return all;
  }

  function admitted(breaker: CircuitBreaker, now: number): number[] {
    const permits: number[] = [];
    for (let call = 0; call < 5_000; call++) {
      const permit = breaker.admit(now);
      if (permit === refused) break;
      permits.push(permit);
    }
    return permits;
  }

  it("admits few calls at once at first, and doubles that until the ramp ends", () => {
    const { breaker, now, clock } = recover(700);
    expect(admitted(breaker, now())).toHaveLength(10);
    expect(breaker.retryAfterMs(now())).toBe(100);
    clock.advanceSync(100);
    expect(admitted(breaker, now())).toHaveLength(10);
    clock.advanceSync(100);
    expect(admitted(breaker, now())).toHaveLength(20);
    clock.advanceSync(500);
    expect(admitted(breaker, now())).toHaveLength(5_000);
  });

  it("never throttles what is answered at once", () => {
    const { breaker, succeed, fail, now } = recover(1_000);
    for (let call = 0; call < 1_000; call++) succeed();
    for (let call = 0; call < 100; call++) breaker.ignore(breaker.admit(now()), now());
    fail();
    expect(admitted(breaker, now())).toHaveLength(10);
  });

  it("forgets what it counted before it opened", () => {
    const { breaker, fail } = recover(0);
    fail();
    fail();
    expect(breaker.state).toBe("closed");
  });
});

describe("isolation", () => {
  it("lasts until each holder has released it, and one counts once", () => {
    const { breaker, now } = setUp();
    const [one, two] = [breaker.isolate(now()), breaker.isolate(now())];
    expect(breaker.state).toBe("isolated");
    expect(breaker.admit(now())).toBe(refused);
    expect(breaker.retryAfterMs(now())).toBeUndefined();
    one.release();
    one.release();
    expect(breaker.state).toBe("isolated");
    two.release();
    expect(breaker.state).toBe("closed");
  });

  it("goes back to open, with a probe at once, when it was open or opened meanwhile", () => {
    const { breaker, trip, now, succeed } = setUp();
    trip();
    breaker.isolate(now()).release();
    expect(breaker.state).toBe("open");
    succeed();
    expect(breaker.state).toBe("closed");
    const isolation = breaker.isolate(now());
    trip();
    isolation.release();
    expect(breaker.state).toBe("open");
    expect(breaker.retryAfterMs(now())).toBe(0);
  });

  it("ends a probe under way", () => {
    const { breaker, trip, clock, now } = setUp();
    trip();
    clock.advanceSync(1_000);
    const probe = breaker.admit(now());
    const isolation = breaker.isolate(now());
    breaker.success(probe, now(), 1);
    expect(breaker.state).toBe("isolated");
    isolation.release();
    expect(breaker.state).toBe("open");
  });

  it("refuses the very call whose admission made a listener isolate it", () => {
    const holder: { isolate?: () => void } = {};
    const { breaker, trip, clock, now } = setUp(
      {},
      { onChange: (_from, to) => to === "half-open" && holder.isolate?.() },
    );
    holder.isolate = () => breaker.isolate(now());
    trip();
    clock.advanceSync(1_000);
    expect(breaker.admit(now())).toBe(refused);
  });
});
