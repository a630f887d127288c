import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../failure.ts";
import { guardProcess, releaseProcess } from "../../testbed.ts";
import { OutputTail } from "./tail.ts";

export interface ProcessOptions {
  /** What it is, for messages: `variant held`. */
  readonly title: string;
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly onMessage?: (message: unknown) => void;
}

/** Between SIGTERM and SIGKILL, in milliseconds. */
const stopGraceMs = 500;

/** How long the last words of a process that has ended may be on their way, in milliseconds. */
const lastWordsMs = 100;

/** A program that the drill started: one run of it. */
export class ManagedProcess {
  readonly title: string;
  /** Settles when the process is gone. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #tail = new OutputTail();
  #failure: string | undefined;

  constructor({ title, command, folder, environment, onMessage }: ProcessOptions) {
    this.title = title;
    const [program = "", ...args] = command;
    // A group of its own, so that what it starts ends with it, and a Ctrl-C is the drill's to handle.
    const child = spawn(program === "node" ? process.execPath : program, args, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true,
    });
    this.#child = child;
    const { pid } = child;
    if (pid !== undefined) guardProcess(-pid);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => this.#tail.push(chunk));
    }
    if (onMessage !== undefined) child.on("message", onMessage);
    this.ended = new Promise((resolve) => {
      child.once("error", (error) => {
        this.#failure ??= messageOf(error);
        resolve();
      });
      child.once("exit", (code, signal) => {
        this.#failure ??= signal ?? `exit code ${code}`;
        if (pid !== undefined) {
          signalGroup(pid, "SIGKILL");
          releaseProcess(-pid);
        }
        child.once("close", () => resolve());
        setTimeout(resolve, lastWordsMs);
      });
    });
  }

  get alive(): boolean {
    return this.#failure === undefined;
  }

  /** How it ended and what it said last; undefined while it lives. */
  get failure(): string | undefined {
    if (this.#failure === undefined) return undefined;
    const reason = this.#tail.reason;
    return reason === "" ? this.#failure : `${this.#failure}: ${reason}`;
  }

  /** SIGTERM to it and all that it started, then SIGKILL. */
  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (!this.alive || pid === undefined) return;
    signalGroup(pid, "SIGTERM");
    const patience = new AbortController();
    const killed = sleep(stopGraceMs, undefined, { signal: patience.signal }).then(
      () => signalGroup(pid, "SIGKILL"),
      () => undefined,
    );
    await this.ended;
    patience.abort();
    await killed;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}
