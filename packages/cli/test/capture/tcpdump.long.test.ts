import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { RespConnection, startRedis } from "@holdfast/testbed";
import { expect, it, onTestFinished, vi } from "vitest";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const canCapture = process.getuid?.() === 0 && spawnSync("tcpdump", ["--version"]).status === 0;

it.runIf(canCapture)(
  "records a real redis-server, until Ctrl-C, for the doctor",
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "holdfast-capture-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const file = join(directory, "redis.pcap");
    const args = ["--interface", "lo", "--port", String(redis.port), "--seconds", "600", file];
    const capture = spawn(process.execPath, [main, "capture", ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void capture.kill("SIGKILL"));
    const connection = await RespConnection.connect({ port: redis.port });
    // The file grows beyond its header as soon as tcpdump sees what is said.
    await vi.waitFor(
      async () => {
        await connection.command("PING");
        expect(statSync(file).size).toBeGreaterThan(24);
      },
      { timeout: 30_000, interval: 100 },
    );
    for (let count = 0; count < 100; count++)
      await connection.command("SET", "key", "secret-value");
    await connection.close();
    await redis.stop();
    capture.kill("SIGINT");
    const [said, [code]] = await Promise.all([text(capture.stdout), once(capture, "close")]);
    expect([code, said]).toEqual([0, expect.stringContaining(`holdfast doctor --pcap ${file}`)]);
    const doctor = ["doctor", "--json", "--pcap", file, "--port", String(redis.port)];
    const { stdout } = spawnSync(process.execPath, [main, ...doctor], { encoding: "utf8" });
    // Nothing is lost at the end: the last request was sent right before it.
    const { commands, unansweredRequests } = JSON.parse(stdout).pcap;
    expect(commands).toContainEqual(expect.objectContaining({ command: "SET", count: 100 }));
    expect(unansweredRequests).toBe(0);
    expect(stdout).not.toContain("secret-value");
  },
  60_000,
);
