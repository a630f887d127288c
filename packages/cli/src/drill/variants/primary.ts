import { unreachableError } from "../../failure.ts";
import { freePort } from "../../testbed.ts";
import type { PrimaryCounts } from "../measure/observation.ts";
import { becomesReachable } from "./listening.ts";
import { ManagedProcess } from "./process.ts";

/** A database may take a while to be made, in milliseconds. */
const bootMaxMs = 60_000;

/**
 * The longest wait for an answer, in milliseconds. It is given at once, but both sides may hardly get
 * a core to themselves: on a machine with three times more work than cores it took over five seconds.
 * Whether such a machine measures anything is for the rows to say, as `invalid`.
 */
const answerMaxMs = 30_000;

export interface PrimaryOptions {
  readonly command: readonly string[];
  readonly folder: string;
  /** One lane a variant. */
  readonly lanes: readonly string[];
  readonly signal: AbortSignal;
}

/** The primary source behind the variants' caches: one process with a lane for each variant. */
export class Primary {
  readonly #process: ManagedProcess;
  readonly #url: string;

  private constructor(process: ManagedProcess, port: number) {
    this.#process = process;
    this.#url = `http://127.0.0.1:${port}`;
  }

  /** @throws CommandError with exit code 3 when it does not listen. */
  static async start({ command, folder, lanes, signal }: PrimaryOptions): Promise<Primary> {
    const port = await freePort();
    const process = new ManagedProcess({
      title: "the primary",
      command,
      folder,
      environment: { PORT: String(port), LANES: lanes.join(",") },
    });
    const primary = new Primary(process, port);
    const alive = (): boolean => process.alive;
    try {
      if (await becomesReachable(port, { patienceMs: bootMaxMs, alive, signal })) return primary;
    } catch (error) {
      await process.stop();
      throw error;
    }
    await process.stop();
    throw unreachableError(`the primary did not listen on PORT (${process.failure ?? ""})`);
  }

  laneUrl(name: string): string {
    return `${this.#url}/lanes/${name}`;
  }

  /** Begins to count anew. */
  async reset(): Promise<void> {
    await this.#ask("/lanes/reset", "POST");
  }

  /** What each lane has counted since the last reset. */
  async counts(): Promise<ReadonlyMap<string, PrimaryCounts>> {
    const lanes = (await this.#ask("/lanes", "GET")) as Record<string, PrimaryCounts>;
    return new Map(
      Object.entries(lanes).map(([name, { limit, peak, refused }]) => [
        name,
        { limit: Number(limit), peak: Number(peak), refused: Number(refused) },
      ]),
    );
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  async #ask(path: string, method: string): Promise<unknown> {
    try {
      const signal = AbortSignal.timeout(answerMaxMs);
      const response = await fetch(this.#url + path, { method, signal });
      return await response.json();
    } catch (error) {
      const why = this.#process.failure ?? String(error);
      throw unreachableError(`the primary does not answer ${method} ${path} (${why})`);
    }
  }
}
