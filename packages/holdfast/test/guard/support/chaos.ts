import { setTimeout as delay } from "node:timers/promises";
import { seededRandom, startProxy, startRedis } from "@holdfast/testbed";
import { onTestFinished } from "vitest";
import { connectedClient, eventually, settled } from "../support.ts";
import type { TestedKind } from "./versions.ts";

const counters = ["a", "b", "c"] as const;
const workers = 8;

/** All that the application was told about one counter. */
export interface History {
  /** The replies to INCR, in the order in which they came. */
  readonly acknowledged: number[];
  unknown: number;
  /** Rejected as not sent or refused: never to be counted. */
  declined: number;
  /** What the server has in the end. */
  final: number;
  /** Replies below the number of increments that were acknowledged before the call began. */
  stale: number;
}

/**
 * Increments counters through a guarded client while faults that a seed chooses come and go, and
 * gives what the application was told beside what the server has.
 */
export async function runChaos(
  kind: TestedKind,
  seed: number,
  durationMs: number,
): Promise<readonly History[]> {
  const server = await startRedis();
  onTestFinished(async () => {
    await server.thaw();
    await server.close();
  });
  const proxy = await startProxy({ upstreamPort: server.port });
  onTestFinished(() => proxy.close());
  const { client } = await connectedClient(kind, proxy.port, { deadlineMs: 400 });
  const histories = counters.map(
    (): History => ({ acknowledged: [], unknown: 0, declined: 0, final: 0, stale: 0 }),
  );
  const random = seededRandom(seed);
  const until = performance.now() + durationMs;
  let isOver = false;
  const work = async (worker: number) => {
    for (let turn = worker; !isOver; turn++) {
      const index = turn % counters.length;
      const history = histories[index] as History;
      const before = history.acknowledged.length;
      const { value, error } = await settled(client.incr(counters[index] as string));
      if (value !== undefined) {
        if (value <= before) history.stale++;
        history.acknowledged.push(value);
      } else if (error?.outcome === "unknown") history.unknown++;
      else history.declined++;
      // Refusals come at once: they must not turn this into a busy loop.
      await delay(value === undefined ? 5 : 0);
    }
  };
  const load = Array.from({ length: workers }, (_, worker) => work(worker));
  const faults: readonly (() => Promise<unknown>)[] = [
    () => proxy.resetMidReply({ probability: 0.05, seed }),
    () => proxy.dropReplies({ every: 1 + Math.floor(random() * 20) }),
    () => proxy.latency({ ms: 20 + Math.floor(random() * 120) }),
    () => proxy.blackhole(),
    () => proxy.down(),
    () => proxy.truncate({ afterBytes: 1 + Math.floor(random() * 200) }),
    () => server.freeze(),
  ];
  while (performance.now() < until) {
    await faults[Math.floor(random() * faults.length)]?.();
    await delay(50 + random() * 500);
    await server.thaw();
    await proxy.clear();
    await delay(50 + random() * 300);
  }
  isOver = true;
  await Promise.all(load);
  await eventually(async () => (await settled(client.get("a"))).error === undefined);
  // What reached a server that stood still runs when it goes on: all of it before this.
  for (const [index, key] of counters.entries()) {
    (histories[index] as History).final = Number((await server.command("GET", key)) ?? 0);
  }
  return histories;
}

/** What is wrong with a history; nothing when each increment ran at most once and none was made up. */
export function problemsOf({ acknowledged, unknown, final, stale }: History): string[] {
  const problems: string[] = [];
  if (new Set(acknowledged).size !== acknowledged.length)
    problems.push("one value was given twice");
  if (stale > 0) problems.push(`${stale} replies are older than their commands`);
  if (final < acknowledged.length) {
    problems.push(`${final} counted, ${acknowledged.length} acknowledged: increments are lost`);
  }
  if (final > acknowledged.length + unknown) {
    problems.push(`${final} counted, ${acknowledged.length} + ${unknown} at most: some ran twice`);
  }
  return problems;
}
