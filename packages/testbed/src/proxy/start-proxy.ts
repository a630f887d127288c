import type { Socket } from "node:net";
import { systemClock } from "../clock.ts";
import { systemCodeOf, TestbedError } from "../errors.ts";
import { freePort } from "../free-port.ts";
import { requireInteger } from "../options.ts";
import { Door } from "./door.ts";
import { type BandwidthOptions, bandwidth } from "./effects/bandwidth.ts";
import { type DropRepliesOptions, dropReplies } from "./effects/drop-replies.ts";
import { type LatencyOptions, latency } from "./effects/latency.ts";
import { type ResetMidReplyOptions, resetMidReply } from "./effects/reset-mid-reply.ts";
import { type SliceOptions, slice } from "./effects/slice.ts";
import { swapReplies } from "./effects/swap-replies.ts";
import { type TruncateOptions, truncate } from "./effects/truncate.ts";
import type { DownOptions, FaultProxy, ProxyMode, ProxyStats } from "./fault-proxy.ts";
import { type FlapOptions, startFlapping } from "./flapping.ts";
import { type Counters, Link } from "./link.ts";
import type { ReplyEffectFactory } from "./reply-effect.ts";

const PORT_TRIES = 5;

export interface StartProxyOptions {
  readonly upstreamPort: number;
  /** Default `127.0.0.1`. */
  readonly upstreamHost?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/**
 * Starts a transparent proxy on 127.0.0.1. The upstream need not be there yet.
 *
 * @throws TestbedError `OPTIONS`; the system's own error (`EADDRINUSE`) when it cannot listen.
 */
export async function startProxy(options: StartProxyOptions): Promise<FaultProxy> {
  requireInteger("upstreamPort", options.upstreamPort, 1, 65_535);
  if (options.port !== undefined) requireInteger("port", options.port, 1, 65_535);
  for (let attempt = 1; ; attempt++) {
    const proxy = new ListeningProxy(options, options.port ?? (await freePort()));
    try {
      await proxy.up();
      return proxy;
    } catch (error) {
      const taken = systemCodeOf(error) === "EADDRINUSE";
      if (options.port !== undefined || attempt >= PORT_TRIES || !taken) throw error;
    }
  }
}

class ListeningProxy implements FaultProxy {
  readonly port: number;
  readonly #upstream: { readonly host: string; readonly port: number };
  readonly #door: Door;
  readonly #links: Set<Link> = new Set();
  readonly #counters: Counters = {
    bytesUp: 0,
    bytesDown: 0,
    replies: 0,
    upstreamFailures: 0,
    resets: 0,
  };
  #mode: ProxyMode = "transparent";
  #effect: ReplyEffectFactory | undefined;
  #stopFlapping: () => void = () => {};
  #accepted = 0;

  constructor(options: StartProxyOptions, port: number) {
    this.port = port;
    this.#upstream = { host: options.upstreamHost ?? "127.0.0.1", port: options.upstreamPort };
    this.#door = new Door(port, (socket) => this.#accept(socket));
  }

  get connections(): number {
    return this.#links.size;
  }

  stats(): ProxyStats {
    return {
      mode: this.#mode,
      connections: this.connections,
      accepted: this.#accepted,
      ...this.#counters,
    };
  }

  async down(options: DownOptions = {}): Promise<void> {
    this.#enter("down", undefined);
    if (options.existing !== "keep") this.#resetAll();
    await this.#door.close();
    // Those that were accepted while the port was being closed.
    if (options.existing !== "keep" && this.#mode === "down") this.#resetAll();
  }

  up(): Promise<void> {
    return this.clear();
  }

  async clear(): Promise<void> {
    this.#enter("transparent", undefined);
    await this.#door.open();
  }

  async blackhole(): Promise<void> {
    this.#enter("blackhole", undefined);
    for (const link of this.#links) link.hold();
    await this.#door.open();
  }

  async flap(options: FlapOptions): Promise<void> {
    this.#enter("flap", undefined);
    // A door that cannot open stays closed until the next turn: for a flapping server, no surprise.
    const ignore = (): void => {};
    this.#stopFlapping = startFlapping(
      options,
      systemClock,
      () => {
        this.#door.close().then(() => {
          if (this.#mode === "flap") this.#resetAll();
        }, ignore);
      },
      () => {
        this.#door.open().catch(ignore);
      },
    );
  }

  latency(options: LatencyOptions): Promise<void> {
    return this.#disturb("latency", latency(options, systemClock));
  }

  bandwidth(options: BandwidthOptions): Promise<void> {
    return this.#disturb("bandwidth", bandwidth(options, systemClock));
  }

  slice(options: SliceOptions = {}): Promise<void> {
    return this.#disturb("slice", slice(options, systemClock));
  }

  truncate(options: TruncateOptions): Promise<void> {
    return this.#disturb("truncate", truncate(options));
  }

  resetMidReply(options: ResetMidReplyOptions): Promise<void> {
    return this.#disturb("reset-mid-reply", resetMidReply(options));
  }

  dropReplies(options: DropRepliesOptions): Promise<void> {
    return this.#disturb("drop-replies", dropReplies(options));
  }

  swapReplies(): Promise<void> {
    return this.#disturb("swap-replies", swapReplies());
  }

  async close(): Promise<void> {
    if (this.#mode !== "closed") this.#enter("closed", undefined);
    this.#resetAll();
    await this.#door.close();
    this.#resetAll();
  }

  async #disturb(mode: ProxyMode, effect: ReplyEffectFactory): Promise<void> {
    this.#enter(mode, effect);
    await this.#door.open();
  }

  /** Ends the present fault, whatever it is, and begins the next. */
  #enter(mode: ProxyMode, effect: ReplyEffectFactory | undefined): void {
    if (this.#mode === "closed") throw new TestbedError("CLOSED", "the proxy was closed");
    this.#stopFlapping();
    this.#stopFlapping = () => {};
    this.#mode = mode;
    this.#effect = effect;
    for (const link of this.#links) {
      link.use(effect);
      if (mode !== "blackhole") link.release();
    }
  }

  #accept(client: Socket): void {
    this.#accepted += 1;
    const link = new Link({
      client,
      upstream: this.#upstream,
      counters: this.#counters,
      onClose: () => this.#links.delete(link),
    });
    this.#links.add(link);
    link.use(this.#effect);
    if (this.#mode === "blackhole") link.hold();
    link.start();
  }

  #resetAll(): void {
    for (const link of this.#links) link.reset();
  }
}
