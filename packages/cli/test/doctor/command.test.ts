import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startRedis } from "@holdfast/testbed";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-doctor-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A process of its own while ours goes on: the servers that it looks at are reached through us. */
async function holdfast(args: readonly string[], input = ""): Promise<Answer> {
  const child = spawn(process.execPath, [main, ...args], { stdio: "pipe" });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
}

/** What redis-py writes when nobody listens on the port. */
const trace = (port: number): string => `2026-11-25 13:00:01,123 ERROR root get failed
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/redis/connection.py", line 611, in connect
    sock = self.retry.call_with_retry(
ConnectionRefusedError: [Errno 111] Connection refused

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "app.py", line 8, in <module>
    r.get("k")
redis.exceptions.ConnectionError: Error 111 connecting to 127.0.0.1:${port}. Connection refused.
`;

describe("holdfast doctor", () => {
  it("tells from a log alone what is wrong and what to do, and with the server it is sure", async () => {
    const port = await freePort();
    const log = join(folder, "app.log");
    writeFileSync(log, trace(port).repeat(3));
    const alone = await holdfast(["doctor", "--log", log]);
    expect(alone).toMatchObject({ code: 1, err: "" });
    expect(alone.out).toContain("redis-server is not running");
    expect(alone.out).toContain(`${log}:1`);
    expect(alone.out).toContain("systemctl start redis-server");
    const url = `redis://:hunter2@127.0.0.1:${port}`;
    const both = await holdfast([
      "doctor",
      "--log",
      log,
      "--redis",
      url,
      "--json",
      "--sample",
      "0",
    ]);
    expect(both.code).toBe(3);
    expect(both.out).not.toContain("hunter2");
    const before = await holdfast(["doctor", "--log", log, "--json"]);
    const { verdict } = JSON.parse(both.out);
    expect(verdict.cause).toBe("process-down");
    expect(verdict.confidence).toBeGreaterThan(JSON.parse(before.out).verdict.confidence);
    // Not more: this host's kernel may lately have killed another redis-server.
    expect(verdict.confidence).toBeGreaterThan(0.8);
  });

  it("answers in the shape that its documentation promises", async () => {
    const { out } = await holdfast(["doctor", "--log", "-", "--json"], trace(6379));
    const data = JSON.parse(out);
    expect(Object.keys(data)).toEqual(["verdict", "causes", "findings", "logs", "skipped"]);
    expect(data.verdict).toMatchObject({ cause: "process-down", runnerUp: expect.anything() });
    expect(data.verdict.fixes.length).toBeGreaterThan(0);
    expect(data.causes[0]).toMatchObject({ cause: "process-down", score: expect.any(Number) });
    expect(data.logs.symptoms[0]).toMatchObject({ symptom: "refused", count: 1 });
    expect(data.logs.clients).toEqual([{ name: "redis-py", count: 1 }]);
  });

  it("names no cause for a healthy server", async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const url = `redis://127.0.0.1:${redis.port}`;
    const { code, out } = await holdfast(["doctor", "--redis", url, "--json", "--sample", "0"]);
    const { verdict, findings } = JSON.parse(out);
    expect(verdict.cause).toBe("none");
    expect(
      findings.filter(({ severity }: { severity: string }) => severity === "critical"),
    ).toEqual([]);
    expect(code).toBe(0);
  });

  it("writes a page that needs nothing else and lets nothing of a log run", async () => {
    const page = join(folder, "page.html");
    const log = `${trace(6379).replace("get failed", "<script>alert(1)</script> get failed")}`;
    await holdfast(["doctor", "--log", "-", "--html", page], log);
    const html = readFileSync(page, "utf8");
    expect(html).toContain("<svg");
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toMatch(/<script|src=|href=|https?:/);
    expect(html).toContain("default-src &#39;none&#39;");
  });

  it("exits by the level that is asked for", async () => {
    const app = join(folder, "app.py");
    writeFileSync(app, "import redis\nr = redis.Redis()\n");
    expect((await holdfast(["doctor", "--app-config", app])).code).toBe(0);
    const warned = await holdfast(["doctor", "--app-config", app, "--fail-on", "warn"]);
    expect(warned.code).toBe(1);
    expect(warned.out).toContain(`${app}:2`);
  });

  it("tells wrong use, and what cannot be read, in one line", async () => {
    for (const [args, code] of [
      [["doctor"], 2],
      [["doctor", "--log", join(folder, "missing.log")], 3],
      [["doctor", "--redis", "gopher://x"], 2],
      [["checks", "x"], 2],
    ] as const) {
      const answer = await holdfast(args);
      expect(answer.code, args.join(" ")).toBe(code);
      expect(answer.err.trim().split("\n").length).toBe(1);
      expect(answer.out).toBe("");
    }
  });

  it("gives what it has when one of two logs is missing, and says so", async () => {
    const missing = join(folder, "missing.log");
    const { code, out } = await holdfast(["doctor", "--log", missing, "--log", "-"], trace(6379));
    expect(code).toBe(3);
    expect(out).toContain("process-down");
    expect(out).toContain(missing);
  });
});

it("holdfast checks lists every check with its threshold", async () => {
  const { code, out } = await holdfast(["checks", "--json"]);
  expect(code).toBe(0);
  const checks = JSON.parse(out) as { id: string; severity: string; threshold: string }[];
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { id, severity, threshold } of checks) {
    expect(severity, id).toMatch(/^(critical|warning|information)$/);
    expect(threshold.length, id).toBeGreaterThan(0);
  }
  expect((await holdfast(["checks"])).out).toContain("app.command-timeout");
});
