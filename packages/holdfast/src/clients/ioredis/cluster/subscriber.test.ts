import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../../test/support/fake-clock.ts";
import type { IoredisClient } from "../members.ts";
import type { IoredisCluster } from "./members.ts";
import { Subscriber } from "./subscriber.ts";

function nodeAt(port: number, status = "ready") {
  return Object.assign(new EventEmitter(), {
    options: { host: "10.0.0.1", port },
    status,
  }) as unknown as IoredisClient & EventEmitter;
}

function setUp(isUsable: (node: IoredisClient) => boolean) {
  const clock = new FakeClock();
  const nodes = [nodeAt(1), nodeAt(2), nodeAt(3)];
  const chosen: IoredisClient[] = [];
  const own = {
    connectionPool: { getNodes: () => nodes },
    subscriber: null as IoredisClient | null,
    started: true,
    selectSubscriber() {
      const [first] = this.connectionPool.getNodes();
      if (first !== undefined) chosen.push(first);
      this.subscriber = nodeAt(first?.options.port ?? 0, "wait");
    },
  };
  const cluster = {
    connectionPool: own.connectionPool,
    subscriber: own,
  } as unknown as IoredisCluster;
  const events: string[] = [];
  const owner = { up: () => events.push("up"), down: () => events.push("down") };
  const subscriber = new Subscriber(cluster, clock, owner, isUsable);
  return { clock, nodes, own, chosen, events, subscriber };
}

describe("the subscribed connection of an ioredis Cluster", () => {
  it("is to a node that is well, when there is one", () => {
    const { own, nodes, chosen } = setUp((node) => node.options.port === 2);
    own.selectSubscriber();
    expect(chosen).toEqual([nodes[1]]);
  });

  it("is to any node when none is", () => {
    const { own, nodes, chosen } = setUp(() => false);
    own.selectSubscriber();
    expect(chosen).toEqual([nodes[0]]);
  });

  it("is chosen again at a pace, however fast it is lost", async () => {
    const { clock, own, chosen } = setUp(() => true);
    for (let lost = 0; lost < 10_000; lost++) {
      own.selectSubscriber();
      await clock.advance(1);
    }
    expect(chosen.length).toBeGreaterThan(10);
    expect(chosen.length).toBeLessThan(30);
  });

  it("is chosen at once when the one before has lived", async () => {
    const { clock, own, chosen } = setUp(() => true);
    own.selectSubscriber();
    await clock.advance(1_000);
    own.selectSubscriber();
    expect(chosen).toHaveLength(2);
  });

  it("tells when it is lost and when it is back", () => {
    const { own, events } = setUp(() => true);
    own.selectSubscriber();
    const first = own.subscriber as unknown as EventEmitter;
    first.emit("close");
    first.emit("ready");
    first.emit("close");
    expect(events).toEqual(["up", "down"]);
  });
});
