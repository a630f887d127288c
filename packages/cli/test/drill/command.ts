import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `holdfast` as a process, marked so that everything that it started can be found. */
export class Command {
  readonly #child: ChildProcess;
  readonly #marker = randomUUID();
  readonly #seen = new Map<number, string>();
  #stdout = "";
  #stderr = "";

  constructor(args: readonly string[], environment: Record<string, string> = {}, folder = ".") {
    this.#child = spawn(process.execPath, [main, ...args], {
      cwd: folder,
      env: { ...process.env, ...environment, HOLDFAST_TEST_MARKER: this.#marker },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.on("data", (chunk) => {
      this.#stdout += chunk;
    });
    this.#child.stderr?.on("data", (chunk) => {
      this.#stderr += chunk;
    });
    onTestFinished(() => void this.#child.kill("SIGKILL"));
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async finished(): Promise<Finished> {
    const [code] = (await once(this.#child, "close")) as [number | null];
    return { code, stdout: this.#stdout, stderr: this.#stderr };
  }

  /**
   * The command lines of the living processes that it started, itself included, and of those that
   * these started, also when their parent has ended since it was asked last.
   */
  async processes(): Promise<string[]> {
    const living = await livingProcesses();
    for (let grown = true; grown; ) {
      grown = false;
      for (const { pid, parent, began, marker } of living) {
        const ours = marker === this.#marker || pid === this.#child.pid || this.#seen.has(parent);
        if (!ours || this.#seen.get(pid) === began) continue;
        this.#seen.set(pid, began);
        grown = true;
      }
    }
    return living
      .filter(({ pid, began }) => this.#seen.get(pid) === began)
      .map(({ commandLine }) => commandLine);
  }

  /** Waits until its processes are as wanted, or 12 s; gives those that there are then. */
  async until(wanted: (processes: readonly string[]) => boolean): Promise<string[]> {
    const deadline = Date.now() + 12_000;
    while (true) {
      const processes = await this.processes();
      if (wanted(processes) || Date.now() > deadline) return processes;
      await sleep(30);
    }
  }
}

interface LivingProcess {
  readonly pid: number;
  readonly parent: number;
  /** When it began, in ticks: a number may be given to another process later. */
  readonly began: string;
  readonly marker: string;
  readonly commandLine: string;
}

async function livingProcesses(): Promise<LivingProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map(livingProcess));
  return found.filter((each) => each !== undefined);
}

async function livingProcess(pid: string): Promise<LivingProcess | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/stat`, "latin1");
    // After the name, which may have spaces and parentheses in it.
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    const [state, parent] = fields;
    if (state === "Z" || state === "X") return undefined;
    const environment = await readFile(`/proc/${pid}/environ`, "latin1");
    const commandLine = await readFile(`/proc/${pid}/cmdline`, "latin1");
    return {
      pid: Number(pid),
      parent: Number(parent),
      began: fields[19] ?? "",
      marker: /HOLDFAST_TEST_MARKER=([\w-]+)/.exec(environment)?.[1] ?? "",
      commandLine: commandLine.replaceAll("\0", " ").trim(),
    };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

export function holdfast(...args: string[]): Promise<Finished> {
  return new Command(args).finished();
}
