import { expect, it } from "vitest";
import { FakeCall } from "../../test/support/fake-link.ts";
import type { Call } from "../clients/index.ts";
import { WaitingRoom } from "./waiting-room.ts";

it("takes as many as it may, and then nobody", () => {
  const room = new WaitingRoom(2);
  expect([1, 2, 3].map(() => room.enter(new FakeCall(), 0))).toEqual([true, true, false]);
  expect(room.size).toBe(2);
  expect(new WaitingRoom(0).enter(new FakeCall(), 0)).toBe(false);
});

it("lets go in the order of arrival, and keeps who enters meanwhile for the next time", () => {
  const room = new WaitingRoom(4);
  const calls = [
    new FakeCall("A"),
    new FakeCall("B"),
    new FakeCall("C"),
    new FakeCall("D"),
  ] as const;
  for (const call of calls.slice(0, 3)) room.enter(call, 0);
  const seen: Call[] = [];
  room.sweep((call) => {
    seen.push(call);
    if (call === calls[0]) room.enter(calls[3], 0);
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

it("lets nobody stand behind a call that pauses, and puts it last when its pause is over", () => {
  const room = new WaitingRoom(3);
  const [pausing, first] = [new FakeCall("PAUSING"), new FakeCall("FIRST")];
  pausing.notBefore = 50;
  pausing.dueAt = first.dueAt = 1_000;
  room.enter(pausing, 0);
  expect([room.size, room.queued]).toEqual([1, 0]);
  expect(room.nextAt()).toBe(50);
  room.enter(first, 0);
  room.endPauses(49);
  expect(room.queued).toBe(1);
  room.endPauses(50);
  const order: Call[] = [];
  room.sweep((call) => {
    order.push(call);
    return true;
  });
  expect(order).toEqual([first, pausing]);
  expect(room.nextAt()).toBe(Number.POSITIVE_INFINITY);
});

it("shows those who pause as well when everybody must go", () => {
  const room = new WaitingRoom(2);
  const pausing = new FakeCall();
  pausing.notBefore = 50;
  room.enter(pausing, 0);
  room.enter(new FakeCall(), 0);
  room.sweepAll(() => true);
  expect(room.size).toBe(0);
});
