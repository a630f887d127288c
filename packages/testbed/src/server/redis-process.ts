import { type ChildProcess, spawn } from "node:child_process";
import { pause } from "../clock.ts";
import { systemCodeOf, TestbedError } from "../errors.ts";
import type { RespConnection } from "../resp/connection.ts";
import { guardProcess, releaseProcess } from "./guardian.ts";
import type { LogTail } from "./log-tail.ts";

const POLL_MS = 5;
const LINES_SHOWN = 8;

export interface RedisProcessOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly log: LogTail;
  readonly connect: () => Promise<RespConnection>;
  readonly startTimeoutMs: number;
}

/** One run of a redis-server. */
export class RedisProcess {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly ended: Promise<void>;
  #alive = true;

  constructor(child: ChildProcess, pid: number) {
    this.#child = child;
    this.pid = pid;
    this.ended = new Promise((resolve) => {
      child.once("exit", () => {
        this.#alive = false;
        releaseProcess(pid);
        resolve();
      });
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Sends the signal; false when the process has ended. */
  signal(name: NodeJS.Signals): boolean {
    return this.#alive && this.#child.kill(name);
  }
}

/**
 * Starts the program and waits until this very process answers PING.
 *
 * @throws TestbedError `REDIS_START` with the last log lines when it ends first or time runs out.
 */
export async function startRedisProcess(options: RedisProcessOptions): Promise<RedisProcess> {
  const running = await spawnProcess(options);
  const deadline = performance.now() + options.startTimeoutMs;
  while (running.alive && performance.now() < deadline) {
    if (await isReady(options.connect, running.pid)) return running;
    await pause(POLL_MS);
  }
  const why = running.alive ? `did not answer in ${options.startTimeoutMs} ms` : "ended";
  running.signal("SIGKILL");
  await running.ended;
  throw startError(`redis-server ${why} before it was ready`, options.log);
}

async function spawnProcess(options: RedisProcessOptions): Promise<RedisProcess> {
  // A process group of its own: a Ctrl-C in the terminal is for the drill to handle, in its order.
  const child = spawn(options.program, options.args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => options.log.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => options.log.push(text));
  const pid = child.pid;
  if (pid === undefined) {
    const cause = await new Promise<Error>((resolve) => child.once("error", resolve));
    throw new TestbedError("REDIS_START", `cannot run ${options.program}: ${cause.message}`, {
      cause,
    });
  }
  child.on("error", () => {});
  guardProcess(pid);
  return new RedisProcess(child, pid);
}

/**
 * Asks for the process's own number: when the port was taken, another server answers there while
 * ours is about to give up.
 */
async function isReady(connect: () => Promise<RespConnection>, pid: number): Promise<boolean> {
  let connection: RespConnection | undefined;
  try {
    connection = await connect();
    await connection.command("PING");
    const info = await connection.command("INFO", "server");
    return new RegExp(`^process_id:${pid}\r?$`, "m").test(String(info));
  } catch (error) {
    // Not listening yet, still loading, or the wrong server's refusal: all of them mean "not ready".
    if (systemCodeOf(error) === "OPTIONS") throw error;
    return false;
  } finally {
    connection?.destroy();
  }
}

function startError(message: string, log: LogTail): TestbedError {
  const lines = log.lines.slice(-LINES_SHOWN);
  const tail =
    lines.length === 0 ? "; it logged nothing" : `; its last lines:\n${lines.join("\n")}`;
  return new TestbedError("REDIS_START", message + tail);
}
