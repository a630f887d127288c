import { describe, expect, it } from "vitest";
import type { Call, CallOwner } from "../../call.ts";
import { WatchedConnection } from "../../watched.ts";
import type { IoredisClient, IoredisCommand } from "../members.ts";
import { RoutedCall, routedCall } from "./calls.ts";
import type { IoredisCluster } from "./members.ts";
import type { ClusterSide, NodeSide } from "./sides.ts";

/** Hears of calls, and does with them what a test says. */
class Owner implements CallOwner {
  readonly entered: Call[] = [];
  readonly failures: unknown[] = [];

  submit(call: Call): void {
    call.send();
  }

  enter(call: Call): void {
    this.entered.push(call);
  }

  failed(_call: Call, error: unknown): void {
    this.failures.push(error);
  }
}

function command() {
  const results: unknown[] = [];
  let settle: (value: unknown) => void = () => {};
  const promise = new Promise<unknown>((resolve) => {
    settle = resolve;
  });
  const made: IoredisCommand = {
    name: "incr",
    args: ["k"],
    promise,
    resolve: settle,
    reject: (error) => results.push(error),
  };
  return { made, results };
}

function setUp() {
  const [entry, node] = [new Owner(), new Owner()];
  let suspicions = 0;
  const written: IoredisCommand[] = [];
  const cluster: ClusterSide = {
    owner: entry,
    cluster: {} as IoredisCluster,
    sendCommand: (sent) => (sent as IoredisCommand).promise,
    open: true,
    nodeFor: () => undefined,
    suspect: () => {
      suspicions++;
    },
  };
  const side: NodeSide = {
    owner: node,
    client: {} as IoredisClient,
    sendCommand: (sent) => {
      written.push(sent);
      return sent.promise;
    },
    watched: new WatchedConnection(),
    lossOf: () => undefined,
  };
  const { made, results } = command();
  const call = new RoutedCall(cluster, made);
  return { call, made, results, entry, node, side, written, suspicions: () => suspicions };
}

describe("a command on its way through an ioredis Cluster", () => {
  it("is found again by the command that a node's client gets", () => {
    const { call, made, side, node } = setUp();
    expect(routedCall(made)).toBe(call);
    call.arrive(side);
    expect(node.entered).toEqual([call]);
    expect(call.placed).toBe(true);
  });

  it("goes no further when its caller has given up", () => {
    const { call, side, node } = setUp();
    call.reject(new Error("too late"));
    call.arrive(side);
    expect(node.entered).toEqual([]);
  });

  it("is not held by a client that throws when it is to write it", () => {
    const { call, side } = setUp();
    let released = 0;
    const error = new TypeError("no text");
    call.arrive({
      ...side,
      sendCommand: () => {
        call.onReleased(() => released++);
        throw error;
      },
    });
    expect(() => call.send()).toThrow(error);
    expect([call.released, released]).toEqual([true, 1]);
  });

  it("may have run when its connection is closed because its node has left", () => {
    const { call, made, side, node } = setUp();
    call.arrive(side);
    call.send();
    made.reject(new Error("Connection is closed."));
    expect(node.failures[0]).toMatchObject({ code: "HOLDFAST_UNAVAILABLE", outcome: "unknown" });
  });

  it("gives MOVED and ASK to the client, and nothing else", () => {
    const { call, made, side } = setUp();
    const redirected: unknown[] = [];
    // As the Cluster does with the first send.
    made.reject = (error) => redirected.push(error);
    call.arrive(side);
    const moved = new Error("MOVED 1 10.0.0.2:6379");
    expect(call.redirected(moved)).toBe(true);
    expect(call.placed).toBe(false);
    for (const message of [
      "CLUSTERDOWN The cluster is down",
      "Connection is closed.",
      "ERR MOVED",
    ]) {
      expect(call.redirected(new Error(message))).toBe(false);
    }
    expect(redirected).toEqual([moved]);
  });

  it("has the map read again when an answer says that it is out of date", () => {
    const { call, made, side, suspicions } = setUp();
    call.arrive(side);
    made.reject(new Error("CLUSTERDOWN Hash slot not served"));
    expect(suspicions()).toBe(1);
  });

  it("comes back to the entry when its node has left, and not for ever", () => {
    const { call, entry } = setUp();
    let times = 0;
    while (call.rerouted()) times++;
    expect(times).toBe(16);
    expect(entry.entered).toHaveLength(16);
  });

  it("does not stay in the client when that has no node for it", () => {
    const { call, entry } = setUp();
    call.returned();
    expect(entry.entered).toEqual([call]);
  });
});
