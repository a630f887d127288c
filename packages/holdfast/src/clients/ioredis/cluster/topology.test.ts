import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../../test/support/fake-clock.ts";
import type { IoredisCluster } from "./members.ts";
import { Topology } from "./topology.ts";

function setUp(isUnwell = () => false) {
  const clock = new FakeClock();
  let looks = 0;
  const cluster = {
    status: "ready",
    refreshSlotsCache: (callback?: () => void) => {
      looks++;
      callback?.();
    },
  } as unknown as IoredisCluster;
  const topology = new Topology(cluster, clock, isUnwell);
  return { clock, cluster, topology, looks: () => looks };
}

describe("the map of an ioredis Cluster", () => {
  it("is read at most ten times a second, however often the client asks", async () => {
    const { clock, cluster, looks } = setUp();
    for (let redirects = 0; redirects < 1_000; redirects++) {
      cluster.refreshSlotsCache();
      await clock.advance(1);
    }
    expect(looks()).toBeGreaterThanOrEqual(9);
    expect(looks()).toBeLessThanOrEqual(11);
  });

  it("is read again and again while a node is unwell, and then no more", async () => {
    let unwell = true;
    const { clock, topology, looks } = setUp(() => unwell);
    topology.suspect();
    await clock.advance(1_000);
    expect(looks()).toBeGreaterThanOrEqual(4);
    unwell = false;
    await clock.advance(250);
    const before = looks();
    await clock.advance(10_000);
    expect(looks()).toBe(before);
    expect(clock.pending).toBe(0);
  });

  it("calls back everyone who waits for it, also when the guard ends", async () => {
    const { clock, cluster, topology } = setUp();
    let called = 0;
    cluster.refreshSlotsCache(() => called++);
    await clock.advance(0);
    cluster.refreshSlotsCache(() => called++);
    cluster.refreshSlotsCache(() => called++);
    await clock.advance(100);
    expect(called).toBe(3);
    cluster.refreshSlotsCache(() => called++);
    topology.release();
    expect(called).toBe(4);
  });
});
