import { describe, expect, it } from "vitest";
import { systemClock } from "./index.ts";

describe("systemClock", () => {
  it("never keeps the process alive", () => {
    const timer = systemClock.schedule(() => expect.unreachable(), 60_000) as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    systemClock.cancel(timer);
  });

  it("calls back when its own time has come, and not what was cancelled", async () => {
    const startedAt = systemClock.now();
    const cancelled = systemClock.schedule(() => expect.unreachable(), 1);
    systemClock.cancel(cancelled);
    // Something must keep the process alive meanwhile: the clock's timers do not.
    const keepAlive = setInterval(() => {}, 1_000);
    await new Promise<void>((resolve) => systemClock.schedule(resolve, 20));
    clearInterval(keepAlive);
    // Timers of Node.js may fire up to one millisecond early.
    expect(systemClock.now() - startedAt).toBeGreaterThanOrEqual(19);
  });
});
