import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { processState, waitUntilStopped } from "../src/server/process-state.ts";

function sleeper(name = "sleep"): { pid: number; end: () => Promise<void> } {
  const child = spawn("sleep", ["60"], { stdio: "ignore", argv0: name });
  const ended = once(child, "exit");
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(end);
  return { pid: child.pid ?? 0, end };
}

it("tells a process that runs, one that is stopped and one that is gone", async () => {
  const { pid, end } = sleeper();
  await expect.poll(() => processState(pid)).toBe("S");
  process.kill(pid, "SIGSTOP");
  await expect.poll(() => processState(pid)).toBe("T");
  await end();
  expect(await processState(pid)).toBeUndefined();
});

it("waits until a process has stopped, and until it goes on", async () => {
  const { pid } = sleeper();
  for (const [stopped, signal] of [
    [true, "SIGSTOP"],
    [false, "SIGCONT"],
  ] as const) {
    let waited = false;
    const done = waitUntilStopped(pid, stopped).then(() => {
      waited = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(waited).toBe(false);
    process.kill(pid, signal);
    await done;
  }
});

it("does not wait for a process that is gone", async () => {
  const { pid, end } = sleeper();
  await end();
  await expect(waitUntilStopped(pid, true)).rejects.toMatchObject({ code: "CLOSED" });
});
