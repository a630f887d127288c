import type { Call, Link, LinkOwner } from "../clients/index.ts";
import type { BreakerState, Clock } from "../core/index.ts";
import { CircuitBreaker, refused } from "../policy/index.ts";
import { Entrance } from "./entrance.ts";
import type { EntryView } from "./guard.ts";
import type { NodeObserver } from "./observer.ts";
import type { GuardSettings } from "./options.ts";
import { ReconnectPace } from "./reconnect-pace.ts";

/**
 * The guard of a client that knows several nodes, as a whole: is there a map of the nodes to route by?
 * Its breaker opens when none of them can be asked, and closes as soon as one has answered.
 */
export class EntryGuard implements EntryView, LinkOwner {
  readonly clock: Clock;
  readonly breaker: CircuitBreaker;
  readonly inFlight = 0;
  readonly #observer: NodeObserver;
  readonly #pace: ReconnectPace;
  readonly #settings: GuardSettings;
  #parts: { readonly link: Link; readonly entrance: Entrance } | undefined;
  readonly #onUp: Set<() => void> = new Set();
  #connected = false;
  #told: BreakerState = "closed";
  #lastFailure: unknown;

  constructor(settings: GuardSettings, observer: NodeObserver) {
    const { clock, random } = settings.policy;
    this.clock = clock;
    this.#settings = settings;
    this.#observer = observer;
    this.#pace = new ReconnectPace(clock, random);
    this.breaker = new CircuitBreaker(settings.breaker, {
      clock,
      random,
      onChange: (_from, to, cause) => this.#changed(to, cause),
      probe: (permit) => this.#probe(permit),
    });
  }

  attach(link: Link): void {
    const entrance = new Entrance({
      link,
      breaker: this.breaker,
      settings: this.#settings,
      observer: this.#observer,
      lastFailure: () => this.#lastFailure,
    });
    this.#parts = { link, entrance };
    link.adopt();
  }

  get address(): string {
    return this.#attached.link.address;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get waiting(): number {
    return this.#attached.entrance.waiting;
  }

  get usable(): boolean {
    return this.#attached.link.ready && this.breaker.state === "closed";
  }

  submit(call: Call): void {
    this.#attached.entrance.submit(call);
  }

  enter(call: Call): void {
    this.#attached.entrance.enter(call);
  }

  failed(call: Call, error: unknown): void {
    this.#attached.entrance.failed(call, error);
  }

  connecting(): void {
    this.#pace.started();
  }

  up(): void {
    this.#connected = true;
    this.#pace.up();
    if (this.breaker.state === "closed") this.#attached.entrance.flush();
    else this.breaker.probeNow(this.clock.now());
    for (const listener of [...this.#onUp]) listener();
  }

  onUp(listener: () => void): () => void {
    this.#onUp.add(listener);
    return () => {
      this.#onUp.delete(listener);
    };
  }

  down(cause: Error): number {
    this.#lastFailure = cause;
    this.#connected = false;
    this.#observer.failure(this.address, cause);
    const now = this.clock.now();
    const permit = this.breaker.admit(now);
    if (permit !== refused) this.breaker.failure(permit, now, 0, cause);
    return this.#pace.down();
  }

  trip(cause: Error): void {
    this.#lastFailure = cause;
    if (this.#settings.policy.breaker !== undefined) this.breaker.open(cause, this.clock.now());
  }

  closed(): void {
    this.#connected = false;
    this.#attached.entrance.close();
  }

  dispose(): void {
    this.closed();
    this.breaker.dispose();
  }

  get #attached(): { readonly link: Link; readonly entrance: Entrance } {
    if (this.#parts === undefined) throw new Error("the entry guard has no client yet");
    return this.#parts;
  }

  /** To have a map of the nodes is all that can be asked here. */
  #probe(permit: number): void {
    const now = this.clock.now();
    if (this.#attached.link.ready) this.breaker.success(permit, now, 0);
    else this.breaker.failure(permit, now, 0, this.breaker.cause ?? this.#lastFailure);
  }

  #changed(to: BreakerState, cause: unknown): void {
    // A probe without a map is over before it began: that is no news.
    if (to !== "half-open" && to !== this.#told) {
      const before = this.#told;
      this.#told = to;
      this.#observer.changed(this.address, before, to, cause);
    }
    if (to === "open") this.#attached.entrance.refuseAll(cause);
    else if (to === "closed") this.#attached.entrance.flush();
  }
}
