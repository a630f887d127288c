import { mkdir, rm } from "node:fs/promises";
import { TestbedError } from "../errors.ts";
import type { RespConnection } from "../resp/connection.ts";
import type { CommandArgument } from "../resp/encoder.ts";
import type { PlainReply } from "../resp/value.ts";
import type { Certificates } from "../tls/certificates.ts";
import { releaseFolder } from "./guardian.ts";
import { waitUntilStopped } from "./process-state.ts";
import type { RedisProcess } from "./redis-process.ts";

const STOP_TIMEOUT_MS = 10_000;

export interface RestartOptions {
  /** Start with no data at all. Default false: what was acknowledged before is there again. */
  readonly empty?: boolean;
}

/** Where a probe connects, when it is not the server's own port. */
export interface ProbeOptions {
  /** For example the port of a proxy in front of the server. */
  readonly port?: number;
  /** For the connection and each command, in milliseconds. Default 2000. */
  readonly timeoutMs?: number;
}

/** A real redis-server, in a temporary folder of its own, on a loopback port. */
export interface RedisServer {
  /** The same after every restart. */
  readonly port: number;
  /** Of the present run, or of the last one when it is dead. */
  readonly pid: number;
  readonly alive: boolean;
  /** Whether {@link RedisServer.freeze} holds it. */
  readonly frozen: boolean;
  /** The last lines that it logged, the newest last. */
  readonly log: readonly string[];
  /** The folder of its configuration and data; removed by {@link RedisServer.close}. */
  readonly directory: string;
  /** What it speaks TLS with; undefined when it does not. A client needs `ca`. */
  readonly certificates: Certificates | undefined;
  /** SIGKILL; resolves when the process is gone. Does nothing when it is dead. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when the process is gone, by SIGKILL after 10 s. Does nothing when it is dead. */
  stop(): Promise<void>;
  /** SIGSTOP; resolves when the process really stands still. */
  freeze(): Promise<void>;
  /** SIGCONT; resolves when the process runs. Does nothing when it is not frozen. */
  thaw(): Promise<void>;
  /** Kills it if it is alive, and starts it on the same port; resolves when it answers. */
  restart(options?: RestartOptions): Promise<void>;
  /** One command over a connection of its own, in at most 2 s. Error replies reject. */
  command(...args: readonly CommandArgument[]): Promise<PlainReply>;
  /** A connection with the server's password and TLS, to its own port or to a proxy's. */
  connect(options?: ProbeOptions): Promise<RespConnection>;
  /** Kills it and removes its folder. Idempotent; afterwards it cannot be restarted. */
  close(): Promise<void>;
}

export interface LaunchedRedisParts {
  readonly port: number;
  readonly directory: string;
  readonly dataDirectory: string;
  readonly log: { readonly lines: readonly string[] };
  readonly certificates: Certificates | undefined;
  readonly start: () => Promise<RedisProcess>;
  readonly connect: (options: ProbeOptions) => Promise<RespConnection>;
}

export class LaunchedRedis implements RedisServer {
  readonly port: number;
  readonly directory: string;
  readonly #parts: LaunchedRedisParts;
  #process: RedisProcess;
  #frozen = false;
  #closed = false;
  #restarting: Promise<void> = Promise.resolve();

  constructor(parts: LaunchedRedisParts, first: RedisProcess) {
    this.port = parts.port;
    this.directory = parts.directory;
    this.#parts = parts;
    this.#process = first;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get alive(): boolean {
    return this.#process.alive;
  }

  get frozen(): boolean {
    return this.#frozen && this.#process.alive;
  }

  get certificates(): Certificates | undefined {
    return this.#parts.certificates;
  }

  get log(): readonly string[] {
    return this.#parts.log.lines;
  }

  async kill(): Promise<void> {
    this.#frozen = false;
    this.#process.signal("SIGKILL");
    await this.#process.ended;
  }

  async stop(): Promise<void> {
    // A stopped process takes no SIGTERM before it goes on.
    await this.thaw();
    const ending = this.#process;
    ending.signal("SIGTERM");
    const timer = setTimeout(() => ending.signal("SIGKILL"), STOP_TIMEOUT_MS);
    await ending.ended;
    clearTimeout(timer);
  }

  async freeze(): Promise<void> {
    if (!this.#process.signal("SIGSTOP")) {
      throw new TestbedError("CLOSED", "a dead redis-server cannot be frozen");
    }
    this.#frozen = true;
    await waitUntilStopped(this.#process.pid, true);
  }

  async thaw(): Promise<void> {
    if (!this.frozen) return;
    this.#frozen = false;
    this.#process.signal("SIGCONT");
    await waitUntilStopped(this.#process.pid, false);
  }

  restart(options: RestartOptions = {}): Promise<void> {
    const restarted = this.#restart(options);
    this.#restarting = restarted.catch(() => {});
    return restarted;
  }

  async #restart(options: RestartOptions): Promise<void> {
    await this.kill();
    if (options.empty === true) {
      await rm(this.#parts.dataDirectory, { recursive: true, force: true });
      await mkdir(this.#parts.dataDirectory, { recursive: true });
    }
    this.#requireOpen();
    this.#process = await this.#parts.start();
    this.#requireOpen();
  }

  async command(...args: readonly CommandArgument[]): Promise<PlainReply> {
    const connection = await this.connect();
    try {
      return await connection.command(...args);
    } finally {
      connection.destroy();
    }
  }

  connect(options: ProbeOptions = {}): Promise<RespConnection> {
    return this.#parts.connect(options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    // A restart under way may be about to have a new process.
    await this.#restarting;
    await this.kill();
    await rm(this.directory, { recursive: true, force: true, maxRetries: 3 });
    releaseFolder(this.directory);
  }

  #requireOpen(): void {
    if (this.#closed) throw new TestbedError("CLOSED", "the redis-server was closed");
  }
}
