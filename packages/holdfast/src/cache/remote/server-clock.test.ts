import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { ServerClock } from "./server-clock.ts";

describe("the server's clock", () => {
  it("is this process's wall clock until the server has told its own", () => {
    const clock = new FakeClock(1_000);
    const server = new ServerClock(clock, () => 500_000);
    expect(server.now()).toBe(500_000);
    clock.advanceSync(10);
    expect(server.now()).toBe(500_010);
  });

  it("is the server's from then on, however far off this process's is", () => {
    const clock = new FakeClock(1_000);
    const server = new ServerClock(clock, () => 500_000);
    const sentAt = clock.now();
    clock.advanceSync(20);
    // Told half-way: ten milliseconds ago.
    server.observe(9_000_000, sentAt);
    expect(server.now()).toBe(9_000_010);
    expect(server.toLocal(9_000_110)).toBe(clock.now() + 100);
  });
});
