import type { SymptomId } from "holdfast/symptoms";
import type { SignalId } from "../signals.ts";
import { burstsOf, type Period, periodOf } from "./bursts.ts";
import type { EvidenceKeeper } from "./evidence-keeper.ts";
import type { LogEvent } from "./scan.ts";
import type { ProcessTally } from "./tally.ts";
import { Timeline } from "./timeline.ts";

interface Failure {
  readonly symptom: SymptomId;
  readonly event: LogEvent;
  readonly place: string;
  readonly at: number | undefined;
  readonly path: string;
}

/** A refused connection so soon after a reset belongs to it. */
const followsMs = 10_000;
const followsLines = 200;
/** A pause after which a connection may have been closed as idle. */
const idleMs = 30_000;
/** A kernel gives up after 924 s by default (tcp_retries2 = 15). */
const longHangMs = 600_000;
const processTimeoutsMin = 3;

/** Finds what no single event shows: what followed what, after how long, in which rhythm. */
export class LogPatterns {
  readonly #keeper: EvidenceKeeper;
  readonly #timeouts = new Timeline();
  #reset: Failure | undefined;
  #connectTimeout: { readonly path: string } | undefined;
  #resets = 0;
  #resetsAfterShortPause = 0;
  #shortPause: Failure | undefined;
  #timeout: Failure | undefined;

  constructor(keeper: EvidenceKeeper) {
    this.#keeper = keeper;
  }

  /** The rhythm of the time-outs. */
  period(): Period | undefined {
    const points = this.#timeouts.points("timeouts");
    return periodOf(burstsOf(points, this.#timeouts.stepMs));
  }

  known(id: SignalId, event: LogEvent): void {
    if (id !== "logs.connected" || this.#connectTimeout === undefined) return;
    this.#keeper.add("logs.some-connects-succeed", event.text, `line ${event.line}`, event.at);
  }

  failure(failure: Failure): void {
    const { symptom, event, place, at, path } = failure;
    switch (symptom) {
      case "reset":
        this.#reset = failure;
        this.#afterPause(failure);
        return;
      case "refused":
        if (this.#followsReset(failure)) {
          this.#keeper.add("logs.reset-then-refused", event.text, place, at);
        }
        this.#reset = undefined;
        return;
      case "connect-timeout":
        this.#connectTimeout = { path };
        return;
      case "command-timeout":
        this.#timeout ??= failure;
        if (at !== undefined) this.#timeouts.add("timeouts", at);
        if (/\bETIMEDOUT\b|\b[Ee]rrno[: ]{1,2}110\b|\(110,|\berror 110\b/i.test(event.text)) {
          this.#keeper.add("logs.kernel-gave-up", event.text, place, at);
        }
        break;
      default:
    }
    if (symptom === "command-timeout" && (hungMs(event.text) ?? 0) >= longHangMs) {
      this.#keeper.add("logs.long-hang", event.text, place, at);
    }
    // Whoever was answered, or lost what it had, was connected.
    if (this.#connectTimeout?.path === path && answers.has(symptom)) {
      this.#keeper.add("logs.some-connects-succeed", event.text, place, at);
    }
  }

  finish(processes: ReadonlyMap<string, ProcessTally>): void {
    const period = this.period();
    const timeout = this.#timeout;
    if (period !== undefined && timeout !== undefined) {
      const seconds = (period.periodMs / 1000).toFixed(0);
      const text = `${period.bursts} bursts of time-outs, one each ${seconds} s`;
      this.#keeper.add("logs.periodic-timeouts", text, timeout.place, timeout.at);
    }
    if (this.#resets >= 3 && this.#resetsAfterShortPause === this.#resets && this.#shortPause) {
      const { event, place, at } = this.#shortPause;
      if (!this.#keeper.has("logs.refused") && !this.#keeper.has("logs.reset-after-idle")) {
        this.#keeper.add("logs.reset-after-idle", event.text, place, at);
      }
    }
    const failing = [...processes].filter(([, { timeouts }]) => timeouts > 0);
    const [only] = failing;
    if (only === undefined || failing.length > 1 || processes.size < 2) return;
    if (only[1].timeouts < processTimeoutsMin || timeout === undefined) return;
    const text = `all ${only[1].timeouts} time-outs are of ${only[0]}; ${processes.size - 1} other processes log none`;
    this.#keeper.add("logs.timeouts-one-process", text, timeout.place, timeout.at);
  }

  #followsReset({ event, at, path }: Failure): boolean {
    const reset = this.#reset;
    if (reset === undefined || reset.path !== path) return false;
    if (at === undefined || reset.at === undefined) {
      return event.line - reset.event.line <= followsLines;
    }
    return at >= reset.at && at - reset.at <= followsMs;
  }

  #afterPause(failure: Failure): void {
    const { event, place, at } = failure;
    this.#resets++;
    if (event.at === undefined) return;
    const pause = event.at - (event.before() ?? event.at);
    if (pause >= 1000) {
      this.#resetsAfterShortPause++;
      this.#shortPause ??= failure;
    }
    if (pause >= idleMs) {
      this.#keeper.add("logs.reset-after-idle", event.text, place, at);
    }
  }
}

/** Symptoms that only somebody who is connected has. */
const answers: ReadonlySet<SymptomId> = new Set([
  "reset",
  "loading",
  "readonly",
  "oom",
  "maxclients",
  "busy",
  "misconf",
  "auth",
]);

/** How long a call took before it failed, where the text says so. */
function hungMs(text: string): number | undefined {
  const match =
    /\b(?:after|took|elapsed|duration|waited|in)["':= ]{1,4}(\d{3,9})(?:\.\d{1,9})? ?(ms|milliseconds?|s|sec|seconds?)\b/i.exec(
      text.length > 2000 ? text.slice(0, 2000) : text,
    );
  if (match === null) return undefined;
  return Number(match[1]) * (match[2]?.toLowerCase().startsWith("m") ? 1 : 1000);
}
