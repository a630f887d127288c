import type { AdapterHost, Call, Link } from "../clients/index.ts";
import type { BreakerState, Clock } from "../core/index.ts";
import { refusal } from "../core/index.ts";
import { CircuitBreaker, refused } from "../policy/index.ts";
import { Alarm } from "./alarm.ts";
import {
  connectRoundTrips,
  heartbeatLeastMs,
  heartbeatMostMs,
  holdGraceMs,
  leastConnectMs,
  leastReplylessMs,
  readonlyReconnectMs,
} from "./defaults.ts";
import { judge } from "./judge.ts";
import { Lane } from "./lane.ts";
import type { NodeView } from "./node-view.ts";
import type { NodeObserver } from "./observer.ts";
import type { GuardSettings } from "./options.ts";
import { ReconnectPace } from "./reconnect-pace.ts";
import { SilenceWatch } from "./silence.ts";

/** What stands between a node and the guard before its adapter is there. */
interface NodeParts {
  readonly link: Link;
  readonly lane: Lane;
  readonly silence: SilenceWatch;
}

/**
 * The guard of one Redis node: its breaker, the way of its commands, and the life of its connection.
 * Everything is per node, so that one dead shard leaves the others alone.
 */
export class NodeGuard implements AdapterHost, NodeView {
  readonly clock: Clock;
  readonly connectMs: number;
  readonly breaker: CircuitBreaker;
  readonly #settings: GuardSettings;
  readonly #observer: NodeObserver;
  readonly #pace: ReconnectPace;
  readonly #connectAlarm: Alarm;
  readonly #connectTimeoutMs: number;
  readonly #adopt: (duplicate: object) => void;
  #parts: NodeParts | undefined;
  /** It was connected to, or tried: a client that connects lazily may never be. */
  begun = false;
  #connected = false;
  /** Nothing has come of this connection's first probe yet. */
  #fresh = false;
  #probing = false;
  /** The connection is being given up on purpose. */
  #rediscovering = false;
  #rediscoverFrom = 0;
  /** The last state that was told. */
  #told: BreakerState = "closed";
  #lastFailure: unknown;
  /** Where it was connected before: the server behind a sentinel changes. */
  #lostAt: string | undefined;

  /** @param adopt - Guards a client that the application made from this one. */
  constructor(settings: GuardSettings, observer: NodeObserver, adopt: (duplicate: object) => void) {
    const { clock, random, attemptTimeoutMs, deadlineMs } = settings.policy;
    this.clock = clock;
    this.connectMs = deadlineMs;
    this.#settings = settings;
    this.#observer = observer;
    this.#adopt = adopt;
    this.#pace = new ReconnectPace(clock, random);
    this.#connectTimeoutMs = Math.max(leastConnectMs, attemptTimeoutMs * connectRoundTrips);
    this.#connectAlarm = new Alarm(clock, (now, held) => this.#connectTimedOut(now, held));
    this.breaker = new CircuitBreaker(settings.breaker, {
      clock,
      random,
      onChange: (from, to, cause) => this.#changed(from, to, cause),
      probe: (permit) => this.#probe(permit),
    });
  }

  /** Called once, right after the adapter has hooked the client. */
  attach(link: Link): void {
    const { clock } = this;
    const { deadlineMs } = this.#settings.policy;
    const replylessMs = Math.max(deadlineMs, leastReplylessMs);
    const silence = new SilenceWatch({
      link,
      clock,
      handlers: {
        silent: () => this.#recycle("nothing arrived on the connection, not even a PONG"),
        replyless: () => this.#recycle(`no reply in what arrived for ${replylessMs} ms`),
        alive: (afterMs) => this.#answered(afterMs),
      },
      isBlocked: () => this.#attached.lane.blocked,
      replies: () => this.#attached.lane.replies,
      replylessMs,
      heartbeatMs: Math.min(Math.max(deadlineMs, heartbeatLeastMs), heartbeatMostMs),
      apartMs: this.#connectTimeoutMs,
    });
    const lane = new Lane({
      link,
      breaker: this.breaker,
      settings: this.#settings,
      observer: this.#observer,
      suspect: () => silence.suspect(),
      verdictPending: () => this.#fresh && this.breaker.state === "half-open",
      rediscover: (cause) => this.#rediscover(cause),
      lastFailure: () => this.#lastFailure,
    });
    this.#parts = { link, lane, silence };
    link.adopt();
  }

  get address(): string {
    return this.#attached.link.address;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get inFlight(): number {
    return this.#attached.lane.inFlight;
  }

  get waiting(): number {
    return this.#attached.lane.waiting;
  }

  get usable(): boolean {
    return this.#attached.link.ready && this.breaker.state === "closed";
  }

  submit(call: Call): void {
    this.#attached.lane.submit(call);
  }

  enter(call: Call): void {
    this.#attached.lane.enter(call);
  }

  failed(call: Call, error: unknown): void {
    this.#attached.lane.failed(call, error);
  }

  connecting(): void {
    this.begun = true;
    this.#pace.started();
    this.#connectAlarm.by(this.clock.now() + this.#connectTimeoutMs);
  }

  up(): void {
    this.begun = true;
    this.#connectAlarm.stop();
    this.#pace.up();
    this.#attached.silence.start();
    this.#connected = true;
    if (this.#lostAt !== undefined) this.#observer.moved?.(this.#lostAt, this.address);
    this.#lostAt = undefined;
    this.#observer.connected(this.address);
    this.#fresh = this.breaker.state !== "closed";
    if (this.#fresh) this.breaker.probeNow(this.clock.now());
    else this.#attached.lane.flush();
  }

  down(cause: Error): number {
    this.#connectAlarm.stop();
    this.#attached.silence.stop();
    this.#lastFailure = cause;
    this.#lostAt ??= this.address;
    if (this.#connected) this.#observer.disconnected(this.address, cause);
    else this.#observer.failure(this.address, cause);
    this.#connected = false;
    if (this.#rediscovering) this.#rediscovering = false;
    else this.#countLoss(cause);
    return this.#pace.down();
  }

  closed(): void {
    this.#connectAlarm.stop();
    this.#attached.silence.stop();
    this.#connected = false;
    this.#attached.lane.close();
  }

  adopt(duplicate: object): void {
    this.#adopt(duplicate);
  }

  dispose(): void {
    this.closed();
    this.breaker.dispose();
  }

  get #attached(): NodeParts {
    if (this.#parts === undefined) throw new Error("the node guard has no client yet");
    return this.#parts;
  }

  /** Once for the connection, however many commands were on it. */
  #countLoss(cause: Error): void {
    const now = this.clock.now();
    const permit = this.breaker.admit(now);
    if (permit !== refused) this.breaker.failure(permit, now, 0, cause);
  }

  #connectTimedOut(now: number, held: boolean): number {
    if (held) return now + holdGraceMs;
    const message = `no connection within ${this.#connectTimeoutMs} ms`;
    const cause = Object.assign(new Error(message), { code: "ETIMEDOUT", syscall: "connect" });
    this.#attached.link.drop(cause);
    return Number.POSITIVE_INFINITY;
  }

  /**
   * The master may have moved while this connection stayed with what is a replica now: another
   * connection finds it, where the name leads to another address by then. Nothing has failed, so the
   * breaker counts nothing; and a server that stays read-only is not stormed.
   */
  #rediscover(cause: Error): void {
    const { link } = this.#attached;
    const now = this.clock.now();
    if (!link.ready || now < this.#rediscoverFrom) return;
    this.#rediscoverFrom = now + readonlyReconnectMs;
    this.#rediscovering = true;
    link.drop(cause);
  }

  #recycle(message: string): void {
    const cause = refusal("HOLDFAST_DEADLINE", message, {
      symptom: "command-timeout",
      outcome: "unknown",
    });
    this.#observer.recycled(this.address, cause);
    if (this.#settings.policy.breaker !== undefined) this.breaker.open(cause, this.clock.now());
    this.#attached.link.drop(cause);
  }

  /** The server answered a PING that had been sent because of a doubt. */
  #answered(afterMs: number): void {
    if (afterMs > this.#settings.breaker.probeTimeoutMs || this.breaker.state !== "open") return;
    this.breaker.probeNow(this.clock.now());
  }

  #probe(permit: number): void {
    const { link, lane } = this.#attached;
    const sentAt = this.clock.now();
    if (!link.open) {
      // Nobody is left to probe for, and no timer may hold on to a client that was thrown away.
      this.breaker.dispose();
      return;
    }
    if (!link.ready || this.#probing) {
      this.breaker.failure(permit, sentAt, 0, this.breaker.cause ?? this.#lastFailure);
      return;
    }
    this.#probing = true;
    const answer = lane.blocked ? link.probeApart(this.#connectTimeoutMs) : link.ping();
    answer.then(
      () => this.#probed(permit, sentAt, undefined),
      (error: unknown) => this.#probed(permit, sentAt, error),
    );
  }

  #probed(permit: number, sentAt: number, error: unknown): void {
    this.#probing = false;
    const now = this.clock.now();
    // A reply such as NOPERM is an answer as good as PONG.
    const failed = error !== undefined && judge(error, this.#settings.classify).countsAsFailure;
    if (failed) this.breaker.failure(permit, now, now - sentAt, error);
    else this.breaker.success(permit, now, now - sentAt);
  }

  #changed(from: BreakerState, to: BreakerState, cause: unknown): void {
    const { link, lane, silence } = this.#attached;
    // Without a connection a probe is over before it began: that is no news.
    if (to !== this.#told && (to !== "half-open" || link.ready)) {
      const before = this.#told;
      this.#told = to;
      this.#observer.changed(this.address, before, to, cause);
    }
    if (to !== "half-open") this.#fresh = false;
    if (to === "open") {
      lane.refuseAll(cause);
      if (from === "half-open") silence.suspect();
    } else if (to === "closed") {
      lane.flush();
    }
  }
}
