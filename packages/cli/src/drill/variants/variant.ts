import { setTimeout as sleep } from "node:timers/promises";
import { unreachableError } from "../../failure.ts";
import { freePort } from "../../testbed.ts";
import { BreakerLog } from "./breaker-log.ts";
import type { VariantSpec } from "./file.ts";
import { becomesReachable } from "./listening.ts";
import { ManagedProcess } from "./process.ts";

/** With Redis in order, an API listens within this time, in milliseconds, or cannot be drilled. */
const bootMaxMs = 30_000;

/** Pause before a variant that ended by itself is started again, as systemd's RestartSec. */
const restartDelayMs = 100;

/** Starts of one variant within one fault: who ends that often is down. */
const restartsMax = 50;

export interface VariantPlace {
  readonly folder: string;
  readonly redisUrl: string;
  readonly client: string;
  readonly primaryUrl: string | null;
}

/** One variant of the API: its process, which is started again when it ends by itself. */
export class Variant {
  readonly spec: VariantSpec;
  readonly breaker: BreakerLog = new BreakerLog();
  readonly #place: VariantPlace;
  readonly #signal: AbortSignal;
  #process: ManagedProcess | undefined;
  #restarts = 0;
  #bootMs = 0;
  #port = 0;

  constructor(spec: VariantSpec, place: VariantPlace, signal: AbortSignal) {
    this.spec = spec;
    this.#place = place;
    this.#signal = signal;
  }

  /** Another one after each {@link Variant.start}. */
  get port(): number {
    return this.#port;
  }

  get running(): boolean {
    return this.#process?.alive ?? false;
  }

  /** Begins to count and to listen to the breaker anew. */
  beginFault(): void {
    this.#restarts = 0;
    this.breaker.forget();
  }

  /** How often it ended by itself since {@link Variant.beginFault}. */
  get restarts(): number {
    return this.#restarts;
  }

  /** From its start until it listened, with Redis in order, in milliseconds. */
  get bootMs(): number {
    return this.#bootMs;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @throws CommandError with exit code 3 when it does not.
   */
  async start(): Promise<void> {
    this.#port = await freePort();
    const beganMs = performance.now();
    const process = this.#spawn();
    const alive = (): boolean => process.alive;
    const listens = await this.listens(bootMaxMs, alive);
    if (!listens) {
      await process.stop();
      const why = process.failure ?? "";
      throw unreachableError(
        alive()
          ? `${process.title} did not listen on PORT within ${bootMaxMs / 1_000} s`
          : `${process.title} ended before it listened on PORT (${why})`,
      );
    }
    this.#bootMs = performance.now() - beganMs;
    this.#keepAlive(process);
  }

  /** Starts it on the same port without waiting, for a boot that may not succeed. */
  launch(): void {
    this.#keepAlive(this.#spawn());
  }

  listens(patienceMs: number, alive?: () => boolean): Promise<boolean> {
    const options = { patienceMs, signal: this.#signal };
    return becomesReachable(this.#port, alive === undefined ? options : { ...options, alive });
  }

  async stop(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    await process?.stop();
  }

  #spawn(): ManagedProcess {
    const { folder, redisUrl, client, primaryUrl } = this.#place;
    this.breaker.processStarted();
    const process = new ManagedProcess({
      title: `variant ${this.spec.name}`,
      command: this.spec.command,
      folder,
      environment: {
        PORT: String(this.#port),
        REDIS_URL: redisUrl,
        REDIS_CLIENT: client,
        ...(primaryUrl !== null && { PRIMARY_URL: primaryUrl }),
      },
      onMessage: (message) => this.breaker.accept(message),
    });
    this.#process = process;
    return process;
  }

  #keepAlive(process: ManagedProcess): void {
    void process.ended.then(async () => {
      // Stopped by us, or replaced: not a crash.
      if (this.#process !== process) return;
      this.#restarts += 1;
      if (this.#restarts > restartsMax) return;
      await sleep(restartDelayMs);
      if (this.#process === process && !this.#signal.aborted) this.#keepAlive(this.#spawn());
    });
  }
}
