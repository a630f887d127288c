import { expect, it } from "vitest";
import { FakeCall } from "../../test/support/fake-link.ts";
import type { Call } from "../clients/index.ts";
import { WaitingRoom } from "./waiting-room.ts";

it("takes as many as it may, and then nobody", () => {
  const room = new WaitingRoom(2);
  expect([1, 2, 3].map(() => room.enter(new FakeCall()))).toEqual([true, true, false]);
  expect(room.size).toBe(2);
  expect(new WaitingRoom(0).enter(new FakeCall())).toBe(false);
});

it("lets go in the order of arrival, and keeps who enters meanwhile for the next time", () => {
  const room = new WaitingRoom(4);
  const calls = [
    new FakeCall("A"),
    new FakeCall("B"),
    new FakeCall("C"),
    new FakeCall("D"),
  ] as const;
  for (const call of calls.slice(0, 3)) room.enter(call);
  const seen: Call[] = [];
  room.sweep((call) => {
    seen.push(call);
    if (call === calls[0]) room.enter(calls[3]);
    return call !== calls[1];
  });
  expect(seen).toEqual(calls.slice(0, 3));
  const left: Call[] = [];
  room.sweep((call) => {
    left.push(call);
    return true;
  });
  expect(left).toEqual([calls[1], calls[3]]);
  expect(room.size).toBe(0);
});
