import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { freePort, startRedis } from "@holdfast/testbed";
import { describe, expect, it, onTestFinished } from "vitest";
import type { TestedKind } from "./support/versions.ts";
import { isNodeRedis, newestKinds, packages } from "./support/versions.ts";

/** Runs `body` in a process of its own, with a guarded client that connects to `port`. */
function run(kind: TestedKind, port: number, body: string, livesMs = 15_000) {
  const library = `(await import("${packages[kind]}"))`;
  const make = isNodeRedis(kind)
    ? `${library}.createClient({ url: "redis://127.0.0.1:${port}" })`
    : `new ${library}.default({ port: ${port}, host: "127.0.0.1" })`;
  const end = isNodeRedis(kind) ? "client.destroy()" : "client.disconnect()";
  const script = `
    import { guardOf, protect } from "holdfast";
    const client = protect(${make});
    const guard = guardOf(client);
    const end = () => ${end};
    ${isNodeRedis(kind) ? "await client.connect();" : ""}
    ${body}`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  return new Promise<{ code: number | null; output: string; alive: boolean }>((resolve) => {
    const timer = setTimeout(() => resolve({ code: null, output, alive: true }), livesMs);
    child.on("exit", (code) => {
      clearTimeout(timer);
      resolve({ code, output, alive: false });
    });
  });
}

describe.each(newestKinds)("a process with a guarded client of %s", (kind) => {
  it("ends when the client was closed, connected or not", async () => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    const connected = `console.log(await guard.ready({ timeoutMs: 5000 })); await client.get("k"); end();`;
    expect(await run(kind, server.port, connected)).toMatchObject({ code: 0, output: "true\n" });
    const absent = `await client.get("k").catch((error) => console.log(error.name)); end();`;
    expect(await run(kind, await freePort(), absent)).toMatchObject({
      code: 0,
      output: "HoldfastError\n",
    });
  });

  it("stays while the client would, though there is no connection to keep it", async () => {
    expect(
      (await run(kind, await freePort(), `process.on("exit", () => console.log("gone"));`, 2_500))
        .alive,
    ).toBe(true);
  });

  it("holds no more memory in an outage than it may queue", async () => {
    const server = await startRedis();
    onTestFinished(async () => {
      await server.thaw();
      await server.close();
    });
    const body = `
      if (!(await guard.ready({ timeoutMs: 5000 }))) throw new Error("not ready");
      process.kill(${server.pid}, "SIGSTOP");
      let unsettled = 0, longest = 0, total = 0;
      const load = setInterval(() => {
        for (let count = 0; count < 20; count++) {
          const startedAt = performance.now();
          unsettled++; total++;
          (total % 2 ? client.get("k") : client.incr("n")).catch(() => {}).finally(() => {
            unsettled--;
            longest = Math.max(longest, performance.now() - startedAt);
          });
        }
      }, 10);
      await new Promise((resolve) => setTimeout(resolve, 500));
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      await new Promise((resolve) => setTimeout(resolve, 2500));
      clearInterval(load);
      await new Promise((resolve) => setTimeout(resolve, 1200));
      const { inFlight, waiting } = guard.health();
      console.log(JSON.stringify({ unsettled, longest, inFlight, waiting, grown: process.memoryUsage().heapUsed - before }));
      end();`;
    const { output } = await run(kind, server.port, body);
    const seen = JSON.parse(output);
    expect(seen).toMatchObject({ unsettled: 0, inFlight: 0, waiting: 0 });
    // The deadline is 1 s; a busy machine makes timers late.
    expect(seen.longest).toBeLessThan(5_000);
    expect(seen.grown).toBeLessThan(20 * 1024 * 1024);
  });
});
