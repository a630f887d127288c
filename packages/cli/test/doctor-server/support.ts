import { type RedisServer, type StartRedisOptions, startRedis } from "@holdfast/testbed";
import { onTestFinished } from "vitest";
import type { ServerReport } from "../../src/doctor/server/index.ts";

/** As short as the second sample still tells something. */
export const quick = { sampleMs: 200 };

/** A server for one test. */
export async function redis(options: StartRedisOptions = {}): Promise<RedisServer> {
  const server = await startRedis({ persist: false, ...options });
  onTestFinished(() => server.close());
  return server;
}

export function urlOf(server: RedisServer): string {
  return `redis://127.0.0.1:${server.port}`;
}

export function ids(report: ServerReport): readonly string[] {
  return report.signals.map(({ id }) => id);
}

/** The checks with a critical finding. */
export function critical(report: ServerReport): readonly string[] {
  return report.findings.filter(({ severity }) => severity === "critical").map(({ id }) => id);
}
