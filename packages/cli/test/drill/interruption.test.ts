import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, RespConnection, startRedis } from "@holdfast/testbed";
import { expect, it, onTestFinished } from "vitest";
import { Cleanups } from "../../dist/drill/cleanups.js";
import type { FaultTarget } from "../../dist/drill/faults/fault.js";
import { ApiProcess } from "./api-process.ts";
import { Command } from "./command.ts";
import { drillHere, mode, optionsOf, silence, temporaryFolder, variantsFile } from "./stage.ts";

async function start(folder: string, ...modes: string[]): Promise<Command> {
  const file = await variantsFile({ variants: modes.map((each) => mode(each)) });
  const html = join(folder, "report.html");
  return new Command(
    ["drill", "--variants", file, "--faults", "freeze", "--quick", "--rate", "20", "--html", html],
    {},
    folder,
  );
}

const isRedis = (line: string): boolean => line.includes("redis-server");
const isApi = (line: string): boolean => line.includes("api.mjs");

it.each(["SIGINT", "SIGTERM"] as const)(
  "restores everything and leaves no process behind on %s in the middle of a fault",
  async (signal) => {
    const command = await start(await temporaryFolder(), "fragile", "steady");
    const isGrandchild = (line: string): boolean => line.startsWith("sleep 600");
    const running = await command.until((all) => all.filter(isGrandchild).length === 2);
    expect(running.filter(isApi)).toHaveLength(2);
    expect(running.filter(isRedis)).toHaveLength(2);
    // Into the fault, which begins 1.1 s after the APIs listen.
    await sleep(1_800);
    command.kill(signal);
    const { code, stderr } = await command.finished();
    expect(code).toBe(130);
    expect(stderr.trim()).toMatch(/^Interrupted: [^\n]*$/);
    expect(await command.until((all) => all.length === 0)).toEqual([]);
  },
);

it("ends at once when it is interrupted while the APIs boot", async () => {
  const command = await start(await temporaryFolder(), "mute");
  await command.until((all) => all.some(isApi));
  command.kill("SIGINT");
  expect((await command.finished()).code).toBe(130);
  expect(await command.until((all) => all.length === 0)).toEqual([]);
});

it("leaves no process behind when it is killed itself", async () => {
  const command = await start(await temporaryFolder(), "steady");
  await command.until((all) => all.some(isApi));
  command.kill("SIGKILL");
  expect(await command.until((all) => all.length === 0)).toEqual([]);
});

it("takes the fault away and ends everything when something in it throws", async () => {
  const file = await variantsFile({ variants: [mode("steady")] });
  const cleanups = new Cleanups();
  const options = optionsOf("--variants", file, "--faults", "freeze", "--rate", "20");
  let restored = 0;
  const faults = options.faults.map((fault) => ({
    ...fault,
    restore: async (target: FaultTarget) => {
      await fault.restore(target);
      restored += 1;
    },
  }));
  const broken = {
    ...silence,
    phase: (phase: string) => {
      if (phase === "recovery") throw new Error("the terminal is gone");
    },
  };
  const drilled = drillHere({ ...options, faults }, { cleanups, progress: () => broken });
  await expect(drilled).rejects.toThrow("the terminal is gone");
  expect(restored).toBe(1);
  expect(await cleanups.run()).toEqual([]);
});

it("gives the user's Redis back when it is interrupted", async () => {
  const folder = await temporaryFolder();
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const listen = await freePort();
  const api = new ApiProcess(await freePort(), listen);
  const command = new Command(
    [
      "drill",
      ...["--target", api.url, "--redis", `127.0.0.1:${redis.port}`, "--listen", String(listen)],
      ...["--faults", "blackhole", "--quick", "--rate", "20"],
    ],
    {},
    folder,
  );
  await api.listening();
  await sleep(2_500);
  command.kill("SIGINT");
  expect((await command.finished()).code).toBe(130);
  expect(redis.alive).toBe(true);
  const connection = await RespConnection.connect({ port: redis.port });
  expect(await connection.command("PING")).toBe("PONG");
  connection.destroy();
  await rm(folder, { recursive: true, force: true });
});
