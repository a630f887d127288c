import type { BreakerState } from "../core/index.ts";
import { HoldfastError, validateOptions } from "../core/index.ts";
import { durationMs } from "../core/rules.ts";
import type { GuardEvent, GuardEvents, GuardListeners } from "./events.ts";
import type { GuardHealth } from "./health.ts";
import { healthOf } from "./health.ts";
import type { NodeView } from "./node-view.ts";
import type { WouldHave } from "./node-watch.ts";
import type { GuardMode } from "./options.ts";
import type { GuardRecord } from "./record.ts";

export interface ReadyOptions {
  /** The longest wait, in milliseconds. Default: the guard's `deadlineMs`. At least 0. */
  readonly timeoutMs?: number | undefined;
}

/** The guard of one client, as an application sees it. */
export interface Guard {
  readonly name: string;
  readonly mode: GuardMode;
  /** The worst state among the nodes. */
  readonly state: BreakerState;
  /** What an operator asks first, as plain JSON. */
  health(): GuardHealth;
  /** Refuses every command at once, until it is released. Several holders are counted. */
  isolate(): { release(): void };
  /** Waits until commands can be sent; false when that takes longer than `timeoutMs`. */
  ready(options?: ReadyOptions): Promise<boolean>;
  /**
   * Takes the guard off the client: what waits is rejected with `HOLDFAST_CLOSED`, and the client is
   * on its own again, with its own way of reconnecting from the next loss on. The client stays open.
   */
  close(): void;
  /**
   * Hears what the guard does; what a listener throws changes nothing.
   *
   * @returns What takes the listener out.
   */
  on<Event extends GuardEvent>(
    event: Event,
    listener: (event: GuardEvents[Event]) => void,
  ): () => void;
}

/** The client as a whole: it is up when it has a map of the nodes, which is no event of a node. */
export interface EntryView extends NodeView {
  /** @returns What takes the listener out. */
  onUp(listener: () => void): () => void;
}

export interface GuardParts {
  readonly name: string;
  readonly mode: GuardMode;
  /** As they are now: they come and go. */
  readonly nodes: () => readonly NodeView[];
  /** Of a client with several nodes: the client as a whole. */
  readonly entry?: EntryView | undefined;
  readonly record: GuardRecord;
  readonly listeners: GuardListeners;
  readonly deadlineMs: number;
  readonly advice: readonly string[];
  /** Of a guard that only observes. */
  readonly wouldHave: WouldHave | undefined;
  /** Takes the hooks out. */
  readonly release: () => void;
  readonly forget: () => void;
}

/** From good to bad. */
const severity: readonly BreakerState[] = ["closed", "half-open", "open", "isolated"];

export class ClientGuard implements Guard {
  readonly #parts: GuardParts;
  #closed = false;

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.name;
  }

  get mode(): GuardMode {
    return this.#parts.mode;
  }

  get state(): BreakerState {
    const worst = Math.max(...this.#all.map((node) => severity.indexOf(node.breaker.state)));
    return severity[worst] ?? "closed";
  }

  health(): GuardHealth {
    return healthOf(this, this.#parts);
  }

  isolate(): { release(): void } {
    const holds = this.#all.map((node) => node.breaker.isolate(node.clock.now()));
    return {
      release: () => {
        for (const hold of holds) hold.release();
      },
    };
  }

  async ready(options: ReadyOptions = {}): Promise<boolean> {
    validateOptions("ready", options, { timeoutMs: durationMs() });
    if (this.#closed) throw new HoldfastError("HOLDFAST_CLOSED", "ready: the guard is closed");
    if (this.#usable) return true;
    const { listeners, deadlineMs } = this.#parts;
    const [clock] = this.#all.map((node) => node.clock);
    if (clock === undefined) return false;
    return new Promise((resolve) => {
      const finish = (usable: boolean) => {
        clock.cancel(timer);
        for (const stop of stops) stop();
        resolve(usable);
      };
      const check = () => {
        if (this.#usable) finish(true);
      };
      const stops = [listeners.on("state", check), listeners.on("connect", check)];
      const stopEntry = this.#parts.entry?.onUp(check);
      if (stopEntry !== undefined) stops.push(stopEntry);
      const timer = clock.schedule(() => finish(this.#usable), options.timeoutMs ?? deadlineMs);
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#parts.release();
    this.#parts.forget();
    for (const node of this.#all) node.dispose();
  }

  on<Event extends GuardEvent>(
    event: Event,
    listener: (event: GuardEvents[Event]) => void,
  ): () => void {
    return this.#parts.listeners.on(event, listener);
  }

  get #all(): readonly NodeView[] {
    const { entry, nodes } = this.#parts;
    return entry === undefined ? nodes() : [entry, ...nodes()];
  }

  get #usable(): boolean {
    return this.#all.every((node) => node.usable);
  }
}
