import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { LoadCommand, LoadMessage, LoadPlan } from "./plan.ts";
import type { Sample } from "./sample.ts";

/** A run of the load generator that is under way. */
export interface LoadRun {
  /** Settles when every request has ended; rejects when the generator's process dies. */
  readonly done: Promise<void>;
  /** Sends nothing that is due at `atMs` of the schedule or later. */
  end(atMs: number): void;
}

/** The load generator in a process of its own. One run at a time. */
export interface LoadProcess {
  run(plan: LoadPlan, onSamples: (samples: readonly Sample[]) => void): LoadRun;
  close(): Promise<void>;
}

export async function startLoadProcess(): Promise<LoadProcess> {
  const child = fork(new URL("./worker.js", import.meta.url), {
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: [],
    // A session of its own: see priority.ts. A terminal's Ctrl-C does not reach it either.
    detached: true,
  });
  const gone = died(child);
  // Whoever waits for a run hears of it; nobody else needs to.
  gone.catch(() => undefined);
  const send = (command: LoadCommand): void => {
    if (child.connected) child.send(command);
  };
  await Promise.race([once(child, "message"), gone]);

  return {
    run(plan, onSamples) {
      let finish = (): void => undefined;
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const listen = (message: LoadMessage): void => {
        if (message.type === "samples") onSamples(message.samples);
        if (message.type === "done") finish();
      };
      child.on("message", listen);
      send({ type: "run", plan });
      return {
        done: Promise.race([finished, gone]).finally(() => child.off("message", listen)),
        end: (atMs) => send({ type: "end", atMs }),
      };
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function died(child: ChildProcess): Promise<never> {
  const [code, signal] = await once(child, "exit");
  throw new Error(`the load generator ended by itself (${signal ?? `exit code ${code}`})`);
}
