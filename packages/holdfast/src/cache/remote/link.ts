import type { CommandSender } from "../../clients/index.ts";
import { type Clock, type HoldfastError, type Random, refusal } from "../../core/index.ts";
import type { BreakerSettings } from "../../policy/breaker-settings.ts";
import { CircuitBreaker, refused } from "../../policy/circuit-breaker.ts";
import { Expiring, ExpiryQueue } from "../../policy/expiry-queue.ts";

/**
 * When the cache stops asking Redis. It is stricter than the guard below it: a server that answers
 * in 150 ms is healthy, and yet no use to a cache whose primary answers in 20.
 */
const breakerSettings: Omit<BreakerSettings, "slowMs" | "probeTimeoutMs"> = {
  failureRate: 0.5,
  slowRate: Number.POSITIVE_INFINITY,
  windowMs: 10_000,
  minCalls: 20,
  consecutive: 3,
  openMs: 200,
  openCapMs: 400,
  probes: 1,
  rampMs: 0,
};

/**
 * When nothing at all has come from Redis for this part of the time-out, reads that wait give up:
 * one slow answer is worth waiting for, a silent server is not. 20 ms of the default 50.
 */
export const silenceRatio = 0.4;

export interface LinkOptions {
  readonly send: CommandSender;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether an error says that Redis, or the way to it, is unwell. */
  readonly countsAsFailure: (error: unknown) => boolean;
  /** Told of every operation that failed, whatever it counts as. */
  readonly onFailure: (error: unknown) => void;
  /** Called when operations are sent again after a time in which they were not, and the reverse. */
  readonly onChange: (available: boolean) => void;
  /** Sends whatever shows that Redis answers the cache. */
  readonly probe: (send: CommandSender) => Promise<unknown>;
}

/**
 * The way to Redis: every command is bounded by one time-out and admitted by one breaker. While
 * that is open a command costs nothing but its refusal; probes of the link's own, on nobody's time,
 * find out when Redis is of use again.
 *
 * The client's own promise is left to settle when it will and its late result is dropped: a store
 * that runs late is made harmless by its lease.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #breaker: CircuitBreaker;
  readonly #waiting: ExpiryQueue<Waiting>;
  /** Those of them that give up when Redis falls silent. */
  readonly #reads: ExpiryQueue<Waiting>;
  #replies = 0;
  #isListening = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    const { clock, random, timeoutMs } = options;
    this.#waiting = new ExpiryQueue(clock, timeoutMs, (waiting) => {
      this.#giveUp(waiting, timeoutMs);
    });
    this.#reads = new ExpiryQueue(clock, timeoutMs, (waiting) => {
      this.#giveUp(waiting, timeoutMs);
    });
    this.#breaker = new CircuitBreaker(
      { ...breakerSettings, slowMs: Number.POSITIVE_INFINITY, probeTimeoutMs: 2 * timeoutMs },
      {
        clock,
        random,
        probe: (permit) => this.#probe(permit),
        onChange: (from, to) => {
          if (to === "closed") options.onChange(true);
          else if (from === "closed") options.onChange(false);
        },
      },
    );
  }

  get available(): boolean {
    return this.#breaker.state === "closed";
  }

  /** Probes at once when the link is down: there is a sign that Redis is back. */
  retry(): void {
    this.#breaker.probeNow(this.#options.clock.now());
  }

  /** Sends a command; rejects at the time-out, when the link is down, and with Redis's own errors. */
  send(args: readonly (string | Buffer)[]): Promise<unknown> {
    const permit = this.#breaker.admit(this.#options.clock.now());
    if (permit === refused) return Promise.reject(this.#refusal());
    return this.#sendWith(permit, args, this.#waiting);
  }

  /** As {@link Link.send}, for what can be done without an answer: gives up when Redis is silent. */
  ask(args: readonly (string | Buffer)[]): Promise<unknown> {
    const permit = this.#breaker.admit(this.#options.clock.now());
    if (permit === refused) return Promise.reject(this.#refusal());
    if (!this.#isListening) this.#listen();
    return this.#sendWith(permit, args, this.#reads);
  }

  close(): void {
    this.#breaker.dispose();
  }

  #sendWith(
    permit: number,
    args: readonly (string | Buffer)[],
    queue: ExpiryQueue<Waiting>,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { clock, send } = this.#options;
      const sentAt = clock.now();
      const waiting = new Waiting(permit, sentAt, reject);
      queue.add(waiting, sentAt);
      send(args).then(
        (reply) => {
          this.#replies++;
          if (waiting.settled) return;
          waiting.settled = true;
          queue.remove(waiting);
          const now = clock.now();
          this.#breaker.success(permit, now, now - sentAt);
          resolve(reply);
        },
        (error: unknown) => {
          this.#replies++;
          if (waiting.settled) return;
          queue.remove(waiting);
          this.#failed(waiting, error, clock.now());
        },
      );
    });
  }

  /** Looks at intervals, as long as reads wait, whether anything comes from Redis. */
  #listen(): void {
    const { clock, timeoutMs } = this.#options;
    const silenceMs = silenceRatio * timeoutMs;
    const heard = this.#replies;
    this.#isListening = true;
    clock.schedule(() => {
      // Replies that wait behind this timer in the event loop are heard first.
      setImmediate(() => {
        this.#isListening = false;
        if (this.#replies === heard) {
          for (let left = this.#reads.size; left > 0; left--) {
            const waiting = this.#reads.shift();
            if (waiting !== undefined) this.#giveUp(waiting, silenceMs);
          }
        }
        if (this.#reads.size > 0) this.#listen();
      });
    }, silenceMs);
  }

  /** Nothing came in time; a reply that waits in the event loop behind the timer still counts. */
  #giveUp(waiting: Waiting, waitedMs: number): void {
    setImmediate(() => {
      if (!waiting.settled) this.#failed(waiting, timeout(waitedMs), this.#options.clock.now());
    });
  }

  #failed(waiting: Waiting, error: unknown, now: number): void {
    waiting.settled = true;
    const durationMs = now - waiting.sentAt;
    this.#options.onFailure(error);
    if (this.#options.countsAsFailure(error)) {
      this.#breaker.failure(waiting.permit, now, durationMs, error);
    } else {
      this.#breaker.success(waiting.permit, now, durationMs);
    }
    waiting.reject(error);
  }

  #probe(permit: number): void {
    // The result reaches the breaker through the command's own permit.
    this.#options
      .probe((args) => this.#sendWith(permit, args, this.#waiting))
      .catch(() => undefined);
  }

  #refusal(): HoldfastError {
    const retryAfterMs = this.#breaker.retryAfterMs(this.#options.clock.now());
    const { cause } = this.#breaker;
    return refusal("HOLDFAST_OPEN", "the cache leaves Redis alone", { retryAfterMs, cause });
  }
}

class Waiting extends Expiring {
  readonly permit: number;
  readonly sentAt: number;
  readonly reject: (error: unknown) => void;
  settled = false;

  constructor(permit: number, sentAt: number, reject: (error: unknown) => void) {
    super();
    this.permit = permit;
    this.sentAt = sentAt;
    this.reject = reject;
  }
}

function timeout(timeoutMs: number): HoldfastError {
  return refusal("HOLDFAST_DEADLINE", `Redis did not answer the cache within ${timeoutMs} ms`, {
    outcome: "unknown",
    symptom: "command-timeout",
    attempts: 1,
    elapsedMs: timeoutMs,
  });
}
