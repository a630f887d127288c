import { freePort, type RedisServer, type StartRedisOptions, startRedis } from "@holdfast/testbed";
import { expect, it, onTestFinished } from "vitest";
import { examineServer } from "../../src/doctor/server/index.ts";

const quick = { sampleMs: 100 };

async function redis(options: StartRedisOptions = {}): Promise<RedisServer> {
  const server = await startRedis({ persist: false, ...options });
  onTestFinished(() => server.close());
  return server;
}

it("finds nothing critical on a server as it comes", async () => {
  const server = await redis();
  const report = await examineServer(`redis://localhost:${server.port}`, quick);
  expect(report.findings.filter(({ severity }) => severity === "critical")).toEqual([]);
  expect(report).toMatchObject({ reached: true, outcome: "ready" });
  expect(report.signals.map(({ id }) => id)).toContain("server.healthy");
  expect(report.server.steps.map(({ step }) => step)).toEqual([
    "dns",
    "connect",
    "login",
    "ping",
    "info",
  ]);
});

it("tells a refused connection", async () => {
  const report = await examineServer(`redis://127.0.0.1:${await freePort()}`, quick);
  expect(report.signals).toMatchObject([{ id: "server.refused" }]);
  expect(report).toMatchObject({ reached: false, outcome: "unreachable" });
});
