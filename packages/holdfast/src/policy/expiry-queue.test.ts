import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { Expiring, ExpiryQueue } from "./expiry-queue.ts";

function setUp(lifetimeMs = 100) {
  const clock = new FakeClock();
  const expired: Expiring[] = [];
  const queue = new ExpiryQueue(clock, lifetimeMs, (entry: Expiring) => expired.push(entry));
  const add = () => {
    const entry = new Expiring();
    queue.add(entry, clock.now());
    return entry;
  };
  return { clock, expired, queue, add };
}

describe("ExpiryQueue", () => {
  it("expires each entry at its time, oldest first", () => {
    const { clock, expired, add, queue } = setUp();
    const first = add();
    clock.advanceSync(60);
    const second = add();
    clock.advanceSync(39);
    expect(expired).toEqual([]);
    clock.advanceSync(1);
    expect(expired).toEqual([first]);
    clock.advanceSync(60);
    expect(expired).toEqual([first, second]);
    expect(queue.size).toBe(0);
  });

  it("never expires what was removed, and removing twice does nothing", () => {
    const { clock, expired, add, queue } = setUp();
    const [one, two, three] = [add(), add(), add()];
    queue.remove(two);
    queue.remove(two);
    clock.advanceSync(100);
    expect(expired).toEqual([one, three]);
    queue.remove(one);
    expect(queue.size).toBe(0);
  });

  it("needs one timer for any number of entries, and none once it has lapsed", () => {
    const { clock, add, queue } = setUp();
    const entries = Array.from({ length: 1_000 }, add);
    expect(clock.pending).toBe(1);
    for (const entry of entries) queue.remove(entry);
    clock.advanceSync(100);
    expect(clock.pending).toBe(0);
  });

  it("keeps one timer when an entry is added while others expire", () => {
    const clock = new FakeClock();
    let left = 5;
    const queue: ExpiryQueue<Expiring> = new ExpiryQueue(clock, 10, (_entry, now) => {
      if (left-- > 0) queue.add(new Expiring(), now);
    });
    queue.add(new Expiring(), clock.now());
    clock.advanceSync(10);
    expect(clock.pending).toBe(1);
    clock.advanceSync(50);
    expect(queue.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it("expires late what was due while the process was suspended", async () => {
    const { clock, expired, add } = setUp();
    add();
    clock.advanceSync(50);
    add();
    await clock.jump(3_600_000);
    expect(expired).toHaveLength(2);
  });

  it("gives the oldest entry first", () => {
    const { add, queue } = setUp();
    const [one, two] = [add(), add()];
    expect(queue.shift()).toBe(one);
    expect(queue.shift()).toBe(two);
    expect(queue.shift()).toBeUndefined();
  });
});
