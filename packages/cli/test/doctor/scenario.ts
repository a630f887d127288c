import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort, type RedisServer, type StartRedisOptions, startRedis } from "@holdfast/testbed";
import type { CauseId } from "../../src/doctor/causes.ts";

export type ClientLibrary = "node-redis" | "ioredis" | "redis-py";

/** A fault that is really produced, and what a doctor could find of it. */
export interface Scenario {
  readonly cause: CauseId;
  readonly client: ClientLibrary;
  /** Which fault, where a cause has several. */
  readonly name: string;
  /** Needs root and a network of its own, as `scripts/doctor-score.mjs` gives it. */
  readonly needsNetwork?: boolean;
  /** Produces the fault and leaves it as it is: the doctor looks at the living server after it. */
  readonly produce: (stage: Stage) => Promise<void>;
}

const fixtures = fileURLToPath(new URL("../fixtures/doctor/", import.meta.url));
const python = "/usr/bin/python3";

/** Whether there is a redis-py to try. */
export const hasRedisPy: boolean = spawnSync(python, ["-c", "import redis"]).status === 0;
/** Whether packets can be captured and dropped here, without touching anybody's network. */
export const hasOwnNetwork: boolean = process.env.HOLDFAST_OWN_NETWORK === "1";

/** Where a fault takes place: real servers and clients, all ended with it. */
export class Stage {
  readonly folder: string = mkdtempSync(join(tmpdir(), "holdfast-scenario-"));
  /** What the doctor is given. */
  readonly logs: string[] = [];
  url: string | undefined;
  pcap: string | undefined;
  /** Where the server is in the capture. */
  port: number | undefined;
  readonly #endings: (() => Promise<unknown> | unknown)[] = [];
  readonly #servers: RedisServer[] = [];
  #tcpdump: ChildProcess | undefined;
  readonly #library: ClientLibrary;

  constructor(library: ClientLibrary) {
    this.#library = library;
  }

  /** A real redis-server, seen by the doctor, its packets captured where that is possible. */
  async redis(options: StartRedisOptions = {}): Promise<RedisServer> {
    const port = options.port ?? (await freePort());
    const server = await startRedis({ ...options, port });
    // Not before: who waits for it to listen is refused at first.
    await this.capture(port);
    this.#endings.unshift(() => server.close());
    this.#servers.push(server);
    this.url ??= `redis://127.0.0.1:${port}`;
    return server;
  }

  /** A server that the doctor does not look at. */
  async other(): Promise<RedisServer> {
    const server = await startRedis();
    this.#endings.unshift(() => server.close());
    return server;
  }

  /** Runs a client to its end, with its output as a log. */
  async client(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.startClient(settings).ended;
  }

  startClient(settings: Readonly<Record<string, unknown>>): {
    ended: Promise<unknown>;
    child: ChildProcess;
  } {
    const path = join(this.folder, `app-${this.logs.length}.log`);
    this.logs.push(path);
    const given = JSON.stringify({ url: this.url, library: this.#library, ...settings });
    const [program, file] =
      this.#library === "redis-py" ? [python, "client.py"] : [process.execPath, "client.mjs"];
    const child = spawn(program, [join(fixtures, file), given], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(path);
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#endings.unshift(() => child.kill("SIGKILL"));
    const ended = once(child, "close").then(() => new Promise((resolve) => log.end(resolve)));
    return { ended, child };
  }

  async capture(port: number): Promise<void> {
    if (!hasOwnNetwork || this.#tcpdump !== undefined) return;
    const path = join(this.folder, "redis.pcap");
    const child = spawn(
      "tcpdump",
      ["-U", "-n", "-i", "lo", "-s", "256", "-w", path, "tcp", "port", String(port)],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    this.#tcpdump = child;
    this.pcap = path;
    this.port = port;
    this.#endings.unshift(() => child.kill("SIGKILL"));
    await new Promise<void>((resolve) => {
      child.stderr.on("data", (chunk) => {
        if (String(chunk).includes("listening on")) resolve();
      });
      child.once("close", () => resolve());
    });
  }

  /** After the fault: what was captured is complete. */
  async endCapture(): Promise<void> {
    if (this.#tcpdump === undefined) return;
    await sleep(300);
    this.#tcpdump.kill("SIGINT");
    await Promise.race([once(this.#tcpdump, "close"), sleep(3000)]);
    if (!existsSync(this.pcap ?? "")) this.pcap = undefined;
  }

  /** The servers' own logs, as far as they have any. */
  serverLogs(): string[] {
    return this.#servers.map(({ log }, index) => {
      const path = join(this.folder, `redis-${index}.log`);
      writeFileSync(path, `${log.join("\n")}\n`);
      return path;
    });
  }

  /** What a shell says to it in this network; throws when it fails. */
  shell(command: string): void {
    const { status, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
    if (status !== 0) throw new Error(`${command}: ${stderr}`);
  }

  /** Drops packets until the stage is closed. */
  drop(rule: string): void {
    this.shell(
      `nft add table inet scenario && nft 'add chain inet scenario input { type filter hook input priority 0; }' && nft 'add rule inet scenario input ${rule}'`,
    );
    this.#endings.unshift(() => this.heal());
  }

  heal(): void {
    spawnSync("nft", ["delete", "table", "inet", "scenario"]);
  }

  atEnd(ending: () => Promise<unknown> | unknown): void {
    this.#endings.unshift(ending);
  }

  async close(): Promise<void> {
    for (const ending of this.#endings) await Promise.resolve(ending()).catch(() => undefined);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
