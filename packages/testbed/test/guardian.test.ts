import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { processState } from "../src/server/process-state.ts";

interface Started {
  readonly pid: number;
  readonly directory: string;
}

async function startParent(...args: readonly string[]): Promise<[ChildProcess, Started]> {
  const script = fileURLToPath(new URL("fixtures/parent.mjs", import.meta.url));
  const parent = fork(script, args, { stdio: "ignore", detached: true });
  onTestFinished(() => void parent.kill("SIGKILL"));
  const [started] = await once(parent, "message");
  return [parent, started as Started];
}

async function expectNothingLeft({ pid, directory }: Started): Promise<void> {
  await expect
    .poll(async () => ["Z", undefined].includes(await processState(pid)), { timeout: 10_000 })
    .toBe(true);
  await expect.poll(() => existsSync(directory), { timeout: 10_000 }).toBe(false);
}

it.each(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"] as const)(
  "leaves neither process nor folder when the parent dies by %s",
  async (signal) => {
    const [parent, started] = await startParent();
    expect(await processState(started.pid)).toMatch(/[SR]/);
    parent.kill(signal);
    await expectNothingLeft(started);
  },
);

it("is not ended itself by a Ctrl-C, which goes to every process of the terminal's group", async () => {
  const [parent, started] = await startParent("frozen");
  process.kill(-(parent.pid ?? 0), "SIGINT");
  await expectNothingLeft(started);
});

it("ends a frozen server as well", async () => {
  const [parent, started] = await startParent("frozen");
  parent.kill("SIGKILL");
  await expectNothingLeft(started);
});

it.each(["exit", "throw"])("has cleaned up when the parent is gone by %s", async (order) => {
  const [parent, started] = await startParent();
  const gone = once(parent, "exit");
  parent.send(order);
  await gone;
  expect(["Z", undefined]).toContain(await processState(started.pid));
  expect(existsSync(started.directory)).toBe(false);
});
