import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { Bulkhead } from "./bulkhead.ts";

function setUp(maxInFlight = 2, maxQueue = 3) {
  const clock = new FakeClock();
  const admitted: string[] = [];
  const overdue: string[] = [];
  const bulkhead = new Bulkhead<string>({ maxInFlight, maxQueue, maxQueueMs: 100 }, clock, {
    admitted: (item) => admitted.push(item),
    overdue: (item) => overdue.push(item),
  });
  const fill = () => {
    while (bulkhead.tryEnter());
  };
  return { clock, admitted, overdue, bulkhead, fill };
}

describe("Bulkhead", () => {
  it("admits as many as it may and no more", () => {
    const { bulkhead } = setUp();
    expect([bulkhead.tryEnter(), bulkhead.tryEnter(), bulkhead.tryEnter()]).toEqual([
      true,
      true,
      false,
    ]);
    bulkhead.exit();
    expect(bulkhead.tryEnter()).toBe(true);
    expect(bulkhead.inFlight).toBe(2);
  });

  it("bounds the queue in length", () => {
    const { bulkhead, clock, fill } = setUp();
    fill();
    const tickets = ["a", "b", "c", "d"].map((item) => bulkhead.enqueue(item, clock.now()));
    expect(tickets.map((ticket) => ticket?.item)).toEqual(["a", "b", "c", undefined]);
    expect(bulkhead.waiting).toBe(3);
  });

  it("bounds the queue in age", () => {
    const { bulkhead, clock, fill, overdue } = setUp();
    fill();
    bulkhead.enqueue("old", clock.now());
    clock.advanceSync(50);
    bulkhead.enqueue("young", clock.now());
    clock.advanceSync(50);
    expect(overdue).toEqual(["old"]);
    expect(bulkhead.waiting).toBe(1);
  });

  it("gives a permit to whoever waits longest, and nobody overtakes", () => {
    const { bulkhead, clock, fill, admitted } = setUp(1);
    fill();
    bulkhead.enqueue("first", clock.now());
    bulkhead.enqueue("second", clock.now());
    bulkhead.exit();
    expect(admitted).toEqual(["first"]);
    expect(bulkhead.tryEnter()).toBe(false);
    bulkhead.exit();
    expect(admitted).toEqual(["first", "second"]);
    expect(bulkhead.inFlight).toBe(1);
  });

  it("lets nobody overtake from within an admission either", () => {
    const entered: boolean[] = [];
    const bulkhead: Bulkhead<string> = new Bulkhead(
      { maxInFlight: 1, maxQueue: 2, maxQueueMs: 100 },
      new FakeClock(),
      {
        admitted: (item) => {
          bulkhead.exit();
          if (item === "first") entered.push(bulkhead.tryEnter());
        },
        overdue: () => expect.unreachable(),
      },
    );
    bulkhead.tryEnter();
    bulkhead.enqueue("first", 0);
    bulkhead.enqueue("second", 0);
    bulkhead.exit();
    expect(entered).toEqual([false]);
    expect(bulkhead.inFlight).toBe(0);
  });

  it("passes over whoever left", () => {
    const { bulkhead, clock, fill, admitted } = setUp(1);
    fill();
    const ticket = bulkhead.enqueue("gone", clock.now());
    bulkhead.enqueue("here", clock.now());
    if (ticket !== undefined) bulkhead.leave(ticket);
    bulkhead.exit();
    expect(admitted).toEqual(["here"]);
  });

  it("drains those that wait, oldest first, and lets them queue again", () => {
    const { bulkhead, clock, fill } = setUp();
    fill();
    for (const item of ["a", "b", "c"]) bulkhead.enqueue(item, clock.now());
    const drained: string[] = [];
    bulkhead.drain((item) => {
      drained.push(item);
      bulkhead.enqueue(item, clock.now());
    });
    expect(drained).toEqual(["a", "b", "c"]);
    expect(bulkhead.waiting).toBe(3);
  });

  it("survives a long queue of items that give their permit back at once", () => {
    const clock = new FakeClock();
    let ran = 0;
    const bulkhead: Bulkhead<number> = new Bulkhead(
      { maxInFlight: 1, maxQueue: 100_000, maxQueueMs: 100 },
      clock,
      {
        admitted: () => {
          ran++;
          bulkhead.exit();
        },
        overdue: () => expect.unreachable(),
      },
    );
    bulkhead.tryEnter();
    for (let item = 0; item < 100_000; item++) bulkhead.enqueue(item, clock.now());
    bulkhead.exit();
    expect(ran).toBe(100_000);
    expect(bulkhead.inFlight).toBe(0);
  });
});
