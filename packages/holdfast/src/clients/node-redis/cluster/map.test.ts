import { describe, expect, it } from "vitest";
import { applySlots, parseSlots } from "./map.ts";
import type { ClusterSlots } from "./members.ts";

const reply = [
  [0, 8_191, ["10.0.0.1", 7_000, "a"], ["10.0.0.2", 7_001, "b"]],
  [8_192, 16_383, [null, 7_002, "c"]],
];

function emptyMap(): ClusterSlots {
  return {
    slots: [],
    masters: [],
    replicas: [],
    nodeByAddress: new Map(),
    pubSubNode: undefined,
    _randomNodeIterator: "of the map before",
    isOpen: true,
    connect: async () => {},
    destroy: () => {},
    nodeClient: () => Promise.reject(new Error("not here")),
    rediscover: async () => {},
  };
}

describe("the map of a cluster's nodes", () => {
  it("is read from CLUSTER SLOTS; a node without a name has that of the one that was asked", () => {
    expect(
      parseSlots(reply, "10.0.0.9").map(({ from, to, nodes }) => [from, to, nodes[0]]),
    ).toEqual([
      [0, 8_191, { host: "10.0.0.1", port: 7_000, id: "a" }],
      [8_192, 16_383, { host: "10.0.0.9", port: 7_002, id: "c" }],
    ]);
  });

  it("is nothing when the answer is none", () => {
    expect(parseSlots(undefined, "x")).toEqual([]);
    expect(parseSlots([["0"], "no line"], "x")).toEqual([]);
  });

  it("replaces the one before; nodes that stay keep what they have, the others are named", () => {
    const map = emptyMap();
    applySlots(map, parseSlots(reply, "10.0.0.9"), true);
    const [first] = map.masters;
    expect(map.slots).toHaveLength(16_384);
    expect([map.slots[0]?.master, map.slots[8_191]?.replicas?.[0]?.address]).toEqual([
      first,
      "10.0.0.2:7001",
    ]);
    expect(map._randomNodeIterator).toBeUndefined();
    const left = applySlots(map, parseSlots([[0, 16_383, ["10.0.0.1", 7_000, "a"]]], ""), true);
    expect(map.masters).toEqual([first]);
    expect(map.masters[0]).toBe(first);
    expect(left.map(({ address }) => address).sort()).toEqual(["10.0.0.2:7001", "10.0.0.9:7002"]);
  });

  it("has no replicas where the application wants none", () => {
    const map = emptyMap();
    applySlots(map, parseSlots(reply, "10.0.0.9"), false);
    expect(map.replicas).toEqual([]);
    expect([...map.nodeByAddress.keys()]).toEqual(["10.0.0.1:7000", "10.0.0.9:7002"]);
  });
});
