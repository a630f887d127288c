import { type Clock, HoldfastError, refusal } from "../../core/index.ts";
import { Bulkhead, type Ticket } from "../../policy/bulkhead.ts";
import { Expiring, ExpiryQueue } from "../../policy/expiry-queue.ts";

export interface LoadPoolSettings {
  readonly timeoutMs: number;
  readonly maxConcurrent: number;
  readonly maxQueue: number;
}

type Load<T> = (signal: AbortSignal) => T | PromiseLike<T>;

/**
 * The bound that keeps a cold or dead cache from flooding the primary: so many loads run, so many
 * wait, the rest are refused at once.
 *
 * A load that outlives its time-out keeps its place until it settles, because the primary is still
 * at work on it; but no longer than the time-out once more, or a few loaders that never settle
 * would block all others for ever.
 */
export class LoadPool {
  readonly #settings: LoadPoolSettings;
  readonly #clock: Clock;
  readonly #bulkhead: Bulkhead<Job>;
  readonly #deadlines: ExpiryQueue<Job>;
  readonly #overrun: ExpiryQueue<Job>;

  constructor(settings: LoadPoolSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    const { maxConcurrent, maxQueue, timeoutMs } = settings;
    this.#bulkhead = new Bulkhead(
      { maxInFlight: maxConcurrent, maxQueue, maxQueueMs: timeoutMs },
      clock,
      { admitted: (job) => this.#start(job), overdue: (job) => this.#expire(job) },
    );
    this.#deadlines = new ExpiryQueue(clock, timeoutMs, (job) => this.#expire(job));
    this.#overrun = new ExpiryQueue(clock, timeoutMs, (job) => this.#leave(job));
  }

  get running(): number {
    return this.#bulkhead.inFlight;
  }

  get waiting(): number {
    return this.#bulkhead.waiting;
  }

  /**
   * Runs a load, now or when there is a place.
   *
   * Rejects with the loader's own error, with `HOLDFAST_OVERLOADED` when there is no place to wait
   * or none came free in time, and with `HOLDFAST_DEADLINE` when the load did not settle in time.
   */
  run<T>(load: Load<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const job = new Job(load, resolve as (value: unknown) => void, reject);
      if (this.#bulkhead.tryEnter()) {
        this.#deadlines.add(job, this.#clock.now());
        this.#start(job);
        return;
      }
      const now = this.#clock.now();
      job.ticket = this.#bulkhead.enqueue(job, now);
      if (job.ticket === undefined) reject(this.#overloaded("too many loads run and wait already"));
      else this.#deadlines.add(job, now);
    });
  }

  #start(job: Job): void {
    job.ticket = undefined;
    job.running = true;
    const settled = (): void => this.#leave(job);
    let result: unknown;
    try {
      result = job.load(job.abort.signal);
    } catch (error) {
      job.reject(error);
      settled();
      return;
    }
    // What settles after the deadline changes nothing: the promise is settled by then.
    Promise.resolve(result).then(
      (value) => {
        job.resolve(value);
        settled();
      },
      (error: unknown) => {
        job.reject(error);
        settled();
      },
    );
  }

  #expire(job: Job): void {
    this.#deadlines.remove(job);
    if (job.ticket !== undefined) {
      this.#bulkhead.leave(job.ticket);
      job.ticket = undefined;
      job.reject(this.#overloaded(`no place came free within ${this.#settings.timeoutMs} ms`));
      return;
    }
    if (!job.running) return;
    const { timeoutMs } = this.#settings;
    const error = new HoldfastError("HOLDFAST_DEADLINE", `the loader took over ${timeoutMs} ms`, {
      elapsedMs: timeoutMs,
      outcome: "unknown",
      attempts: 1,
    });
    job.overrun = true;
    this.#overrun.add(job, this.#clock.now());
    job.reject(error);
    job.abort.abort(error);
  }

  /** Gives the job's place back, once. */
  #leave(job: Job): void {
    // To take it out of the queue that it has left already would break both.
    (job.overrun ? this.#overrun : this.#deadlines).remove(job);
    if (!job.running) return;
    job.running = false;
    this.#bulkhead.exit();
  }

  #overloaded(why: string): HoldfastError {
    const { maxConcurrent, maxQueue } = this.#settings;
    const message = `${why} (loader.maxConcurrent ${maxConcurrent}, loader.maxQueue ${maxQueue})`;
    return refusal("HOLDFAST_OVERLOADED", message, {});
  }
}

class Job extends Expiring {
  readonly load: Load<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly abort: AbortController = new AbortController();
  ticket: Ticket<Job> | undefined;
  running = false;
  /** Its time is over, and it keeps its place all the same. */
  overrun = false;

  constructor(
    load: Load<unknown>,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    super();
    this.load = load;
    this.resolve = resolve;
    this.reject = reject;
  }
}
