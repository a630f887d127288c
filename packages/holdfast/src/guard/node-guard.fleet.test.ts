import { describe, expect, it } from "vitest";
import { FakeCall } from "../../test/support/fake-link.ts";
import { reply, guardedNode as setUp } from "../../test/support/guarded-node.ts";
import { connectionLoss } from "../clients/link.ts";

describe("a node of several", () => {
  it("keeps the deadline of a command that was submitted elsewhere", async () => {
    const { clock, node } = setUp();
    const call = new FakeCall("INCR", "k");
    call.deadlineAt = clock.now() + 40;
    node.enter(call);
    await clock.advance(40);
    expect(call.result?.error).toMatchObject({ code: "HOLDFAST_DEADLINE", outcome: "unknown" });
  });

  it("holds no short rest of a deadline against the server", async () => {
    const { clock, node, states } = setUp();
    for (let late = 0; late < 5; late++) {
      const call = new FakeCall("INCR", "k");
      call.deadlineAt = clock.now() + 40;
      node.enter(call);
    }
    await clock.advance(40);
    expect(states).toEqual([]);
  });

  it("gives back what waits when it leaves, and what may run again", () => {
    const { node, link, submit } = setUp();
    link.ready = false;
    const rerouted: FakeCall[] = [];
    const waiting = new FakeCall("INCR", "k");
    waiting.rerouted = () => rerouted.push(waiting) > 0;
    node.submit(waiting);
    const stays = submit("INCR", "k");
    node.closed();
    expect(rerouted).toEqual([waiting]);
    expect(waiting.result).toBeUndefined();
    expect(stays.result?.error).toMatchObject({ code: "HOLDFAST_CLOSED", outcome: "not-sent" });
  });

  it("lets the client follow a redirection, which is no failure", () => {
    const { node, states } = setUp();
    for (let moves = 0; moves < 10; moves++) {
      const call = new FakeCall("INCR", "k");
      call.redirected = () => true;
      node.submit(call);
      call.fail(node, reply("MOVED 1 10.0.0.2:6379"));
      expect(call.result).toBeUndefined();
    }
    expect(states).toEqual([]);
  });

  it("routes anew what it was sent when it left, where that cannot make it run twice", () => {
    const { node, link } = setUp();
    const { written, unsent } = connectionLoss(new Error("the node has left"));
    const rerouted: FakeCall[] = [];
    const lost = (name: string, loss: Error) => {
      const call = new FakeCall(name, "k");
      call.rerouted = () => rerouted.push(call) > 0;
      node.submit(call);
      link.open = false;
      call.fail(node, loss);
      link.open = true;
      return call;
    };
    const [read, increment, notWritten] = [
      lost("GET", written),
      lost("INCR", written),
      lost("INCR", unsent),
    ];
    expect(rerouted).toEqual([read, notWritten]);
    expect(increment.result?.error).toMatchObject({
      code: "HOLDFAST_UNAVAILABLE",
      outcome: "unknown",
    });
  });
});
