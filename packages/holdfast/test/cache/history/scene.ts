import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  type FaultProxy,
  type RedisServer,
  seededRandom,
  startProxy,
  startRedis,
} from "@holdfast/testbed";
import type { CacheStats } from "../../../src/cache/index.ts";
import { until } from "../support/scene.ts";
import type { Event } from "./checker.ts";

/** How far each process's own clock is off, in milliseconds. */
const skewsMs = [-5_000, 0, 5_000];
const memoryTtlMs = 300;

/**
 * How old another process's change may look, in milliseconds: two heartbeats until a silent
 * connection for tracking is noticed, twice the trust in memory without one (a tag's token, then the
 * value), and as much again for a busy machine.
 */
export const boundMs: number = 2 * (2 * 1_000 + 2 * memoryTtlMs);

const keys = Array.from({ length: 20 }, (_unused, index) => `k${index}`);

interface Player {
  readonly name: string;
  readonly child: ChildProcess;
  readonly proxy: FaultProxy;
}

export interface History {
  readonly events: readonly Event[];
  /** What must not happen at all, as the processes saw it. */
  readonly faults: readonly string[];
  readonly counts: { readonly reads: number; readonly changes: number; readonly queued: number };
}

/** Lets three processes play on one Redis while faults come and go, as the seed says. */
export async function play(seed: number, faultyMs: number): Promise<History> {
  const server = await startRedis();
  const events: Event[] = [];
  const faults: string[] = [];
  const players = await Promise.all(skewsMs.map((_, index) => join(server, index, seed)));
  const primary = new Primary(players, events, faults);
  try {
    await primary.start();
    await disturb({ server, players, primary, random: seededRandom(seed), faultyMs });
    await primary.settle();
    const changes = events.filter((event) => event.kind === "change");
    const reads = events.length - changes.length;
    const queued = changes.filter(({ outcome }) => outcome === "queued").length;
    return { events, faults, counts: { reads, changes: changes.length, queued } };
  } finally {
    for (const { child, proxy } of players) {
      child.kill();
      await proxy.close();
    }
    await server.close();
  }
}

async function join(server: RedisServer, index: number, seed: number): Promise<Player> {
  const proxy = await startProxy({ upstreamPort: server.port });
  const name = `process ${index}`;
  const settings = {
    library: index === 1 ? "ioredis" : "node-redis",
    port: proxy.port,
    skewMs: skewsMs[index],
    memoryTtlMs,
    keys,
    seed: seed * 10 + index,
  };
  const file = fileURLToPath(new URL("../../fixtures/cache-process.mjs", import.meta.url));
  const child = fork(file, [JSON.stringify(settings)]);
  // One that cannot start ends, and says why on its standard error.
  const [end] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (typeof end !== "object") throw new Error(`${name} ended before it was ready`);
  return { name, child, proxy };
}

/** The primary source, in this process: what it says is true. */
class Primary {
  readonly #players: readonly Player[];
  readonly #versions = new Map<string, number>();
  readonly #changing = new Map<string, number>();
  readonly #stats = new Map<Player, CacheStats>();
  readonly #events: Event[];
  #changes = 0;
  #swept = 0;

  constructor(players: readonly Player[], events: Event[], faults: string[]) {
    this.#players = players;
    this.#events = events;
    for (const player of players) {
      player.child.on("message", (message: Message) => this.#hear(player, message, faults));
    }
  }

  async start(): Promise<void> {
    this.#tell({ kind: "read", on: true });
    await until(() => this.#events.length > 20);
  }

  /** Changes a key that is not being changed, and has one process tell the cache. */
  change(player: Player, key: string, how: string): void {
    if ([...this.#changing.values()].length > 10 || this.#changing.has(key)) return;
    const version = (this.#versions.get(key) ?? 0) + 1;
    this.#versions.set(key, version);
    const id = ++this.#changes;
    this.#changing.set(key, id);
    player.child.send({ kind: "change", id, key, version, how });
  }

  /** Until all have recovered; then everybody reads everything once more, after the bound. */
  async settle(): Promise<void> {
    await until(() => this.#changing.size === 0);
    await until(() => {
      this.#tell({ kind: "stats" });
      const all = this.#players.map((player) => this.#stats.get(player));
      return all.every((stats) => stats?.redis?.available && stats.recovery.pending === 0);
    });
    await sleep(boundMs + 100);
    this.#tell({ kind: "read", on: false });
    this.#tell({ kind: "sweep" });
    await until(() => this.#swept === this.#players.length);
  }

  #tell(message: object): void {
    for (const { child } of this.#players) child.send(message);
  }

  #hear(player: Player, message: Message, faults: string[]): void {
    switch (message.kind) {
      case "load":
        player.child.send({
          kind: "loaded",
          id: message.id,
          version: this.#versions.get(message.key) ?? 0,
        });
        break;
      case "events":
        for (const event of message.events) {
          if (event.kind === "fault") faults.push(`${player.name}: ${event.what}`);
          else this.#events.push({ ...event, process: player.name });
        }
        break;
      case "changed":
        for (const [key, id] of this.#changing) if (id === message.id) this.#changing.delete(key);
        break;
      case "stats":
        this.#stats.set(player, message.stats);
        break;
      case "swept":
        this.#swept++;
        break;
    }
  }
}

type Message =
  | { readonly kind: "load"; readonly id: number; readonly key: string }
  | { readonly kind: "changed"; readonly id: number }
  | { readonly kind: "stats"; readonly stats: CacheStats }
  | { readonly kind: "swept" }
  | {
      readonly kind: "events";
      readonly events: readonly (Event | { readonly kind: "fault"; readonly what: string })[];
    };

async function disturb(parts: {
  readonly server: RedisServer;
  readonly players: readonly Player[];
  readonly primary: Primary;
  readonly random: () => number;
  readonly faultyMs: number;
}): Promise<void> {
  const { server, players, primary, random, faultyMs } = parts;
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const proxyFaults: readonly ((proxy: FaultProxy) => Promise<void>)[] = [
    (proxy) => proxy.down(),
    (proxy) => proxy.blackhole(),
    (proxy) => proxy.latency({ ms: 150, jitterMs: 50 }),
    (proxy) => proxy.flap({ upMs: 60, downMs: 60 }),
    (proxy) => proxy.resetMidReply({ every: 3 }),
  ];
  const endsAt = performance.now() + faultyMs;
  while (performance.now() < endsAt) {
    const { proxy } = pick(players);
    const isServerFault = random() < 0.25;
    if (isServerFault) await pick([() => server.freeze(), () => server.kill()])();
    else await pick(proxyFaults)(proxy);
    const steps = 10 + Math.floor(random() * 20);
    for (let step = 0; step < steps; step++) {
      primary.change(pick(players), pick(keys), pick(["delete", "set", "tag"]));
      await sleep(20);
    }
    await proxy.clear();
    await server.thaw();
    if (!server.alive) await server.restart();
    await sleep(100 + random() * 300);
  }
}
