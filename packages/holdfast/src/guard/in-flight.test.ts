import { expect, it } from "vitest";
import { FakeCall } from "../../test/support/fake-link.ts";
import type { Call } from "../clients/index.ts";
import { InFlight } from "./in-flight.ts";

function sent(): FakeCall {
  const call = new FakeCall();
  call.send();
  return call;
}

it("gives up from its head what the client let go of, each once", () => {
  const done: Call[] = [];
  const inFlight = new InFlight((call) => done.push(call));
  const [first, second, third] = [sent(), sent(), sent()];
  for (const call of [first, second, third]) inFlight.push(call);
  second.reply();
  inFlight.collect(0);
  expect(done).toEqual([]);
  expect(inFlight.oldest).toBe(first);
  first.reply();
  inFlight.collect(0);
  inFlight.collect(0);
  expect(done).toEqual([first, second]);
  expect(inFlight.commands).toBe(1);
});

it("keeps the order while it grows and wraps around", () => {
  const done: Call[] = [];
  const inFlight = new InFlight((call) => done.push(call));
  const calls: FakeCall[] = [];
  const add = (count: number) => {
    for (let index = 0; index < count; index++) {
      const call = sent();
      calls.push(call);
      inFlight.push(call);
    }
  };
  add(50);
  for (const call of calls) call.reply();
  inFlight.collect(0);
  add(500);
  expect([...inFlight]).toEqual(calls.slice(50));
  for (const call of calls.slice(50)) call.reply();
  inFlight.collect(0);
  expect(done).toEqual(calls);
  expect(inFlight.commands).toBe(0);
  expect(inFlight.oldest).toBeUndefined();
});

it("counts the commands of a batch, not batches", () => {
  const inFlight = new InFlight(() => {});
  const batch = sent();
  Object.defineProperty(batch, "size", { value: 500 });
  inFlight.push(batch);
  inFlight.push(sent());
  expect(inFlight.commands).toBe(501);
  batch.reply();
  inFlight.collect(0);
  expect(inFlight.commands).toBe(1);
});
