import type { Call, Link } from "../clients/index.ts";
import type { Clock } from "../core/index.ts";
import { currentDeadline } from "../core/index.ts";
import type { CircuitBreaker } from "../policy/index.ts";
import { refused } from "../policy/index.ts";
import { Alarm } from "./alarm.ts";
import { holdGraceMs } from "./defaults.ts";
import { answerInstead } from "./fallback.ts";
import { InFlight } from "./in-flight.ts";
import type { Judgement } from "./judge.ts";
import { isReplayable, judge, ownTimeoutMs } from "./judge.ts";
import type { NodeObserver } from "./observer.ts";
import type { GuardSettings } from "./options.ts";
import { refuse, refuseLate, refuseLost, refuseOpen, refuseUnconnected } from "./refusals.ts";
import { reportFailure, reportOverdue } from "./reports.ts";
import { pauseBeforeRetry } from "./retry-decision.ts";
import { scriptHash } from "./script-hash.ts";
import { WaitingRoom } from "./waiting-room.ts";

export interface LaneParts {
  readonly link: Link;
  readonly breaker: CircuitBreaker;
  readonly settings: GuardSettings;
  readonly observer: NodeObserver;
  /** A command is overdue. */
  readonly suspect: () => void;
  /** The node says that it is no master: its name may lead to another server by now. */
  readonly rediscover: (cause: Error) => void;
  /**
   * A connection has come up, and its first probe is on its way: one round trip decides. Libraries
   * that begin at the client's 'ready' event and take a refusal then for final (BullMQ) wait for it.
   */
  readonly verdictPending: () => boolean;
  /** Why there is no connection, when there is none. */
  readonly lastFailure: () => unknown;
}

/**
 * The way of commands to one node: admits, writes, times and retries them. While there is a
 * connection nothing waits here, and nothing ever waits inside the client: what is rejected as not
 * sent can therefore never run later.
 */
export class Lane {
  readonly #parts: LaneParts;
  readonly #settings: GuardSettings;
  readonly #clock: Clock;
  readonly #attemptTimeoutMs: number;
  readonly #deadlineMs: number;
  readonly #waiting: WaitingRoom;
  readonly #inFlight: InFlight;
  readonly #alarm: Alarm;
  #blockers = 0;
  #replies = 0;
  #pumping = false;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#clock = parts.settings.policy.clock;
    this.#attemptTimeoutMs = parts.settings.policy.attemptTimeoutMs;
    this.#deadlineMs = parts.settings.policy.deadlineMs;
    this.#waiting = new WaitingRoom(parts.settings.maxQueue);
    this.#inFlight = new InFlight((call, now) => this.#done(call, now));
    this.#alarm = new Alarm(this.#clock, (now, held) => this.#sweep(now, held));
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get inFlight(): number {
    this.#inFlight.collect(this.#clock.now());
    return this.#inFlight.commands;
  }

  /** Calls that the client has let go of so far, which on a connection that stands means answered. */
  get replies(): number {
    this.#inFlight.collect(this.#clock.now());
    return this.#replies;
  }

  /** A blocking command keeps the connection: nothing behind it can be answered, not even a PING. */
  get blocked(): boolean {
    this.#inFlight.collect(this.#clock.now());
    return this.#blockers > 0;
  }

  submit(call: Call): void {
    const { link, settings } = this.#parts;
    const now = this.#clock.now();
    call.startedAt = now;
    call.budgetEndsAt = currentDeadline();
    call.deadlineAt = Math.min(now + this.#deadlineMs, call.budgetEndsAt);
    // Before it was opened and after it was closed, the client answers as it always has.
    if (!link.open) {
      call.send();
      return;
    }
    settings.policy.retry?.budget?.deposit();
    this.#admit(call, now);
  }

  /** As `submit`, for a call that has its deadline from where it was submitted. */
  enter(call: Call): void {
    if (this.#parts.link.open) this.#admit(call, this.#clock.now());
    else if (!call.rerouted()) call.send();
  }

  failed(call: Call, error: unknown): void {
    if (call.attempts === 0) {
      call.reject(error);
      return;
    }
    const now = this.#clock.now();
    if (!this.#parts.link.open) {
      this.#failedByClosing(call, error, now);
      return;
    }
    const judgement = judge(error, this.#settings.classify);
    reportFailure(this.#parts, call, judgement, error, now);
    // Before it goes once more: it must not stand here twice.
    this.#inFlight.collect(now);
    // Its application has had an answer, here or when the report opened the breaker.
    if (call.settled) return;
    if (judgement.outcome === "unknown") call.unknown = true;
    if (call.redirected(error)) return;
    this.#retryOrReject(call, judgement, error, now);
    if (judgement.symptom === "readonly" && judgement.replied) {
      this.#parts.rediscover(error as Error);
    }
  }

  /**
   * The application closed the client under it: nobody's failure, and the client's own error. Or it is
   * a node that left: what was not written, and what may run again, is routed anew.
   */
  #failedByClosing(call: Call, error: unknown, now: number): void {
    if (!call.reported) this.#parts.breaker.ignore(call.permit, now);
    call.reported = true;
    this.#inFlight.collect(now);
    if (call.settled) return;
    const { connectionLost, outcome } = judge(error, this.#settings.classify);
    const unsent = connectionLost && outcome !== "unknown";
    if ((unsent || isReplayable(call, this.#settings.commands)) && call.rerouted()) return;
    if (connectionLost && !unsent) call.unknown = true;
    this.#reject(call, connectionLost ? refuseLost(call, error, now) : error);
  }

  #retryOrReject(call: Call, judgement: Judgement, error: unknown, now: number): void {
    const waitMs = pauseBeforeRetry(call, judgement, this.#settings, now);
    if (waitMs === undefined) {
      this.#reject(call, judgement.connectionLost ? refuseLost(call, error, now) : error);
      return;
    }
    this.#parts.observer.retrying(this.#parts.link.address, call, error, waitMs);
    call.notBefore = now + waitMs;
    if (waitMs > 0 || !this.#dispatched(call, now)) this.#hold(call, now);
  }

  /** There is a connection and the breaker is closed: whoever waits may go. */
  flush(): void {
    this.#flush(this.#clock.now());
  }

  /** Nobody waits for what cannot come: not in the queue, and not for a reply that can be asked again. */
  refuseAll(cause: unknown): void {
    const now = this.#clock.now();
    this.#waiting.sweepAll((call) => {
      this.#refuseOpen(call, now, cause);
      return true;
    });
    for (const call of this.#inFlight) {
      if (call.settled || call.released || !isReplayable(call, this.#settings.commands)) continue;
      call.unknown = true;
      this.#refuseOpen(call, now, cause);
    }
  }

  /** The application closed the client. */
  close(): void {
    const now = this.#clock.now();
    this.#waiting.sweepAll((call) => {
      if (!call.rerouted()) this.#rejectClosed(call, now);
      return true;
    });
  }

  #admit(call: Call, now: number): void {
    this.#inFlight.collect(now);
    if (this.#dispatched(call, now)) return;
    call.notBefore = now;
    this.#hold(call, now);
  }

  /** A batch counts with all its commands; one that is larger than the bound goes alone. */
  #hasRoom(call: Call): boolean {
    const { commands } = this.#inFlight;
    return commands === 0 || commands + call.size <= this.#settings.maxInFlight;
  }

  /** False when it has to wait, or must not go at all. */
  #dispatched(call: Call, now: number): boolean {
    const { link, breaker } = this.#parts;
    if (this.#waiting.queued > 0 || !link.ready || !this.#hasRoom(call)) return false;
    if (call.deadlineAt <= now) return false;
    const permit = breaker.admit(now);
    if (permit === refused) return false;
    this.#dispatch(call, permit, now);
    return true;
  }

  #dispatch(call: Call, permit: number, now: number): void {
    call.attempts++;
    call.permit = permit;
    call.reported = false;
    call.sentAt = now;
    call.dueAt = Math.min(now + this.#attemptTimeoutMs, call.deadlineAt);
    try {
      if (call.args !== undefined) this.#exemptBlocking(call, call.args, now);
      this.#inFlight.push(call);
      this.#alarm.by(call.dueAt);
      this.#parts.observer.sent(this.#parts.link, call);
      call.send();
    } catch (error) {
      this.#unsendable(call, error, now);
    }
  }

  /** The client cannot write it, as with an argument that has no text: its caller's mistake alone. */
  #unsendable(call: Call, error: unknown, now: number): void {
    if (!call.reported) this.#parts.breaker.ignore(call.permit, now);
    call.reported = true;
    this.#inFlight.collect(now);
    if (!call.settled) this.#reject(call, error);
  }

  /** A blocking command has the time that it asked for and the deadline on top, within the budget. */
  #exemptBlocking(call: Call, args: readonly unknown[], now: number): void {
    const ownMs = ownTimeoutMs(call, args, this.#settings);
    if (ownMs === undefined) return;
    call.blocking = true;
    this.#blockers++;
    call.deadlineAt = Math.min(now + ownMs + this.#deadlineMs, call.budgetEndsAt);
    call.dueAt = call.deadlineAt;
  }

  /** The client let go of it. Without a report it was answered. */
  #done(call: Call, now: number): void {
    this.#replies++;
    if (call.blocking) {
      call.blocking = false;
      this.#blockers--;
    }
    if (call.reported) return;
    call.reported = true;
    this.#parts.breaker.success(call.permit, now, 0);
  }

  #hold(call: Call, now: number): void {
    const { link, breaker } = this.#parts;
    if (breaker.state !== "closed" && !this.#parts.verdictPending()) {
      this.#refuseOpen(call, now, breaker.cause);
      return;
    }
    if (call.deadlineAt <= now) {
      this.#giveUp(call, now);
      return;
    }
    if (!this.#waiting.enter(call, now)) {
      const message = `${this.#settings.maxQueue} commands wait already`;
      this.#reject(call, refuse(call, { code: "HOLDFAST_OVERLOADED", message, now }));
      return;
    }
    call.dueAt = Math.min(call.deadlineAt, now + this.#settings.maxQueueMs);
    this.#alarm.by(call.dueAt);
    if (call.notBefore > now) this.#alarm.by(call.notBefore);
    else if (link.ready) this.#awaitRoom(now);
    else link.wake();
  }

  #flush(now: number): void {
    const { link, breaker } = this.#parts;
    this.#inFlight.collect(now);
    this.#waiting.endPauses(now);
    // Nobody overtakes a batch that waits for room, or it would wait for ever.
    let full = false;
    this.#waiting.sweep((call) => {
      if (call.dueAt <= now) {
        this.#giveUp(call, now);
        return true;
      }
      full ||= !link.ready || !this.#hasRoom(call);
      const permit = full ? refused : breaker.admit(now);
      if (permit === refused) return false;
      this.#dispatch(call, permit, now);
      return true;
    });
    if (this.#waiting.queued > 0 && link.ready) this.#awaitRoom(now);
  }

  /** Comes back when the client lets go of a command, or when the ramp after a recovery has risen. */
  #awaitRoom(now: number): void {
    const { oldest } = this.#inFlight;
    if (oldest !== undefined && !this.#pumping) {
      this.#pumping = true;
      oldest.onReleased(() => {
        this.#pumping = false;
        this.flush();
      });
    }
    const rampMs = this.#parts.breaker.retryAfterMs(now) ?? 0;
    if (rampMs > 0) this.#alarm.by(now + rampMs);
  }

  /** Does what is due, and says when the next thing is. */
  #sweep(now: number, held: boolean): number {
    if (held) {
      this.#flush(now);
      return now + holdGraceMs;
    }
    this.#inFlight.collect(now);
    for (const call of this.#inFlight) {
      if (!call.settled && !call.released && call.dueAt <= now) this.#overdue(call, now);
    }
    this.#flush(now);
    let next = this.#waiting.nextAt();
    for (const call of this.#inFlight) {
      if (!call.settled && !call.released) next = Math.min(next, call.dueAt);
    }
    return next;
  }

  /**
   * No reply in time. On one connection replies come in order, so the same command sent again could
   * only be answered later than the first: a read goes on waiting, attempt by attempt, takes a late
   * reply, and is sent again only when the connection is replaced.
   */
  #overdue(call: Call, now: number): void {
    const atDeadline = call.deadlineAt <= now;
    if (!atDeadline && this.#mayTakeLonger(call)) {
      call.dueAt = call.deadlineAt;
      return;
    }
    call.overdue++;
    call.unknown = true;
    const waitedMs = Math.round(now - call.sentAt);
    const message = `no reply within ${waitedMs} ms`;
    const error = refuse(call, {
      code: "HOLDFAST_DEADLINE",
      message,
      now,
      symptom: "command-timeout",
    });
    this.#parts.suspect();
    // One that had waited long before it was sent had less than an attempt's time: that is no verdict.
    const inFull = now - call.sentAt >= Math.min(this.#attemptTimeoutMs, this.#deadlineMs);
    reportOverdue(this.#parts, call, error, now, inFull);
    if (call.settled) return;
    const isLast = atDeadline || call.overdue >= this.#settings.attempts;
    if (isLast || !isReplayable(call, this.#settings.commands)) this.#reject(call, error);
    else call.dueAt = Math.min(now + this.#attemptTimeoutMs, call.deadlineAt);
  }

  /** A large batch takes its time, and so does what stands behind a blocking command. */
  #mayTakeLonger(call: Call): boolean {
    if (this.#blockers === 0 && call.size === 1) return false;
    this.#parts.suspect();
    return true;
  }

  #giveUp(call: Call, now: number): void {
    const { link, lastFailure } = this.#parts;
    const error = link.ready ? refuseLate(call, now) : refuseUnconnected(call, now, lastFailure());
    this.#reject(call, error);
  }

  #refuseOpen(call: Call, now: number, cause: unknown): void {
    this.#reject(call, refuseOpen(call, this.#parts.breaker, now, cause));
  }

  #rejectClosed(call: Call, now: number): void {
    const message = "the client was closed while it waited";
    this.#reject(call, refuse(call, { code: "HOLDFAST_CLOSED", message, now }));
  }

  #reject(call: Call, error: unknown): void {
    if (!call.nested) this.#parts.observer.rejected(this.#parts.link.address, call, error);
    const hash = scriptHash(call, error, this.#settings.classify);
    if (hash !== undefined) {
      call.resolve(hash);
      return;
    }
    const { fallback } = this.#settings.policy;
    if (fallback === undefined || call.nested) {
      call.reject(error);
      return;
    }
    call.settled = true;
    answerInstead(call, error, fallback, this.#clock);
  }
}
