import type { Call, Link } from "../clients/index.ts";
import type { Clock } from "../core/index.ts";
import { currentDeadline } from "../core/index.ts";
import type { CircuitBreaker } from "../policy/index.ts";
import { Alarm } from "./alarm.ts";
import { holdGraceMs, reroutePauseMs } from "./defaults.ts";
import { answerInstead } from "./fallback.ts";
import type { NodeObserver } from "./observer.ts";
import type { GuardSettings } from "./options.ts";
import { refuse, refuseOpen, refuseUnconnected } from "./refusals.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** Pause between two looks at what is at a node beyond its deadline, and must not be forgotten. */
const graceMs = 100;

export interface EntranceParts {
  readonly link: Link;
  readonly breaker: CircuitBreaker;
  readonly settings: GuardSettings;
  readonly observer: NodeObserver;
  /** Why there is no map of the nodes, when there is none. */
  readonly lastFailure: () => unknown;
}

/**
 * Where the commands of a client with several nodes come in. Each gets its deadline here and goes on to
 * its node at once; it waits only while nobody knows which one that is. What the client itself holds
 * between two nodes, or sends past their guards, is watched until its deadline.
 */
export class Entrance {
  readonly #parts: EntranceParts;
  readonly #settings: GuardSettings;
  readonly #clock: Clock;
  readonly #waiting: WaitingRoom;
  /** On their way, and at no node. */
  readonly #underway: Set<Call> = new Set();
  readonly #alarm: Alarm;

  constructor(parts: EntranceParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#clock = parts.settings.policy.clock;
    this.#waiting = new WaitingRoom(parts.settings.maxQueue);
    this.#alarm = new Alarm(this.#clock, (now, held) => this.#sweep(now, held));
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  submit(call: Call): void {
    const now = this.#clock.now();
    call.startedAt = now;
    call.budgetEndsAt = currentDeadline();
    call.deadlineAt = Math.min(now + this.#settings.policy.deadlineMs, call.budgetEndsAt);
    // Before it was opened and after it was closed, the client answers as it always has.
    if (!this.#parts.link.open) {
      call.send();
      return;
    }
    this.#settings.policy.retry?.budget?.deposit();
    call.notBefore = now;
    if (!this.#sent(call, now)) this.#hold(call, now);
  }

  /** Its node has left. The map may be renewed at this moment, so it pauses. */
  enter(call: Call): void {
    const now = this.#clock.now();
    call.notBefore = now + reroutePauseMs;
    this.#hold(call, now);
  }

  /** The client failed it, and no node did. */
  failed(call: Call, error: unknown): void {
    if (!call.settled) this.#reject(call, error);
  }

  flush(): void {
    this.#flush(this.#clock.now());
  }

  refuseAll(cause: unknown): void {
    const now = this.#clock.now();
    this.#waiting.sweepAll((call) => {
      this.#reject(call, refuseOpen(call, this.#parts.breaker, now, cause));
      return true;
    });
  }

  /** The application closed the client. */
  close(): void {
    const now = this.#clock.now();
    const closed = (call: Call) => {
      const message = "the client was closed while it waited";
      this.#reject(call, refuse(call, { code: "HOLDFAST_CLOSED", message, now }));
      return true;
    };
    this.#waiting.sweepAll(closed);
    this.#alarm.stop();
  }

  #sent(call: Call, now: number): boolean {
    const { link, breaker } = this.#parts;
    if (!link.ready || breaker.state !== "closed" || call.deadlineAt <= now) return false;
    if (this.#underway.size >= this.#settings.maxInFlight) this.#forget();
    if (this.#underway.size >= this.#settings.maxInFlight) return false;
    try {
      call.send();
    } catch (error) {
      // The client cannot route it: its caller's mistake, and no node's.
      if (!call.settled) this.#reject(call, error);
      return true;
    }
    if (!call.settled && !call.placed) {
      this.#underway.add(call);
      this.#alarm.by(call.deadlineAt);
    }
    return true;
  }

  #hold(call: Call, now: number): void {
    const { link, breaker, lastFailure } = this.#parts;
    if (breaker.state !== "closed") {
      this.#reject(call, refuseOpen(call, breaker, now, breaker.cause));
    } else if (call.deadlineAt <= now) {
      this.#reject(call, refuseUnconnected(call, now, lastFailure()));
    } else if (!this.#waiting.enter(call, now)) {
      const message = `${this.#settings.maxQueue} commands wait already`;
      this.#reject(call, refuse(call, { code: "HOLDFAST_OVERLOADED", message, now }));
    } else {
      call.dueAt = Math.min(call.deadlineAt, now + this.#settings.maxQueueMs);
      this.#alarm.by(this.#waiting.nextAt());
      if (!link.ready) link.wake();
    }
  }

  #flush(now: number): void {
    this.#waiting.endPauses(now);
    this.#waiting.sweep((call) => {
      if (call.dueAt <= now) {
        this.#reject(call, refuseUnconnected(call, now, this.#parts.lastFailure()));
        return true;
      }
      return this.#sent(call, now);
    });
  }

  /** Does what is due, and says when the next thing is. */
  #sweep(now: number, held: boolean): number {
    this.#flush(now);
    // This process was held up: what has come meanwhile is read first.
    if (held) return now + holdGraceMs;
    this.#forget();
    for (const call of this.#underway) {
      // At a node its guard sees to it, which knows for example how long it may block.
      if (call.placed || call.deadlineAt > now) continue;
      this.#underway.delete(call);
      if (call.reached) call.unknown = true;
      const message = `no reply within ${Math.round(now - call.startedAt)} ms`;
      this.#reject(
        call,
        refuse(call, { code: "HOLDFAST_DEADLINE", message, now, symptom: "command-timeout" }),
      );
    }
    let next = this.#waiting.nextAt();
    for (const call of this.#underway) {
      next = Math.min(next, call.placed ? now + graceMs : call.deadlineAt);
    }
    return next;
  }

  #forget(): void {
    for (const call of this.#underway) {
      if (call.settled || call.released) this.#underway.delete(call);
    }
  }

  #reject(call: Call, error: unknown): void {
    this.#parts.observer.rejected(this.#parts.link.address, call, error);
    const { fallback } = this.#settings.policy;
    if (fallback === undefined) {
      call.reject(error);
      return;
    }
    call.settled = true;
    answerInstead(call, error, fallback, this.#clock);
  }
}
