import { getEventListeners } from "node:events";
import type { Random } from "../../src/core/index.ts";
import { Engine } from "../../src/policy/engine.ts";
import type { AttemptContext, PolicyEvent, PolicyOptions } from "../../src/policy/index.ts";
import { resolvePolicyOptions } from "../../src/policy/index.ts";
import { FakeClock } from "./fake-clock.ts";
import { seededRandom } from "./seeded-random.ts";

/** How a simulated service is: what part of its calls fails, hangs or is slow. */
interface Weather {
  readonly failing: number;
  readonly hanging: number;
  readonly slow: number;
  /** The longest that a call takes that is not slow. */
  readonly upToMs: number;
}

const weathers: readonly Weather[] = [
  { failing: 0, hanging: 0, slow: 0, upToMs: 5 },
  { failing: 0.3, hanging: 0.1, slow: 0.2, upToMs: 15 },
  { failing: 1, hanging: 0, slow: 0, upToMs: 15 },
  { failing: 0, hanging: 1, slow: 0, upToMs: 0 },
  { failing: 0, hanging: 0, slow: 1, upToMs: 15 },
];

// Made once: their stacks would take half of the time that a simulation takes.
const failed = new Error("the service failed");
const noFallback = new Error("the fallback failed");
const brokenListener = new Error("the listener is broken");

const deadlineMs = 400;
/** A call may be late by this much when a whole schedule runs on rounded times. */
const toleranceMs = 1e-6;

/** One seeded run of a policy against a service whose weather changes, with its promises checked. */
export class PolicySimulation {
  readonly violations: string[] = [];
  readonly #random: Random;
  readonly #clock = new FakeClock();
  readonly #engine: Engine;
  readonly #options: PolicyOptions<unknown>;
  readonly #controllers: AbortController[] = [];
  readonly #hung: (() => void)[] = [];
  #weather: Weather = weathers[0] as Weather;
  #calls = 0;
  #attempts = 0;
  #running = 0;
  #unsettled = 0;
  /** Probes of the round under way, and how many of them were served. */
  readonly #probes = new Set<AttemptContext>();
  #served = 0;
  /** When time last jumped: what is due in a jump settles at its end. */
  #jumpedAt = Number.NEGATIVE_INFINITY;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#options = this.#drawOptions();
    this.#engine = new Engine(resolvePolicyOptions("simulation", this.#options));
  }

  async run(): Promise<void> {
    for (let step = 0; step < 32; step++) await this.#step();
    await this.#calmDown();
    await this.#expectRecovery();
    await this.#expectNothingLeft();
  }

  #drawOptions(): PolicyOptions<unknown> {
    const maybe = <T>(value: T): T | undefined => (this.#random() < 0.7 ? value : undefined);
    const maxInFlight = maybe(this.#draw(1, 8));
    return {
      retry: maybe({ attempts: this.#draw(1, 5), baseMs: this.#draw(0, 60) }),
      breaker: maybe({
        consecutive: this.#draw(1, 6),
        minCalls: this.#draw(1, 20),
        openMs: this.#draw(10, 300),
        probes: this.#draw(1, 3),
        probeTimeoutMs: this.#draw(10, 200),
        slowMs: 90,
        rampMs: this.#draw(0, 200),
      }),
      deadlineMs,
      attemptTimeoutMs: maybe(this.#draw(20, 150)),
      maxInFlight,
      maxQueue: maxInFlight && this.#draw(0, 8),
      clock: this.#clock,
      random: this.#random,
      fallback: maybe(() => this.#fallBack()),
      onEvent: (event) => this.#heard(event),
    };
  }

  async #step(): Promise<void> {
    const dice = this.#random();
    if (dice < 0.15) this.#weather = weathers[this.#draw(0, weathers.length - 1)] as Weather;
    else if (dice < 0.25) this.#controllers[this.#draw(0, this.#controllers.length)]?.abort("left");
    else if (dice < 0.3) this.#engine.isolate().release();
    else if (dice < 0.33) await this.#jump();
    else for (let call = this.#draw(1, 12); call > 0; call--) this.#call();
    await this.#clock.advance(this.#draw(0, 60));
    if (this.#random() < 0.05) await this.#clock.advance(3_600_000);
    this.#checkBounds();
  }

  async #jump(): Promise<void> {
    const jump = this.#clock.jump(this.#draw(1, 20_000));
    this.#jumpedAt = this.#clock.now();
    await jump;
  }

  #call(): void {
    const beganAt = this.#clock.now();
    const controller = this.#random() < 0.2 ? new AbortController() : undefined;
    if (controller !== undefined) this.#controllers.push(controller);
    let [isSettled, attempts] = [false, 0];
    const fn = (context: AttemptContext): Promise<string> => {
      if (isSettled) this.#violate("ran a call whose caller had its answer");
      if (context.attempt !== ++attempts) this.#violate("misnumbered an attempt");
      this.#attempts++;
      return this.#serve(context);
    };
    this.#calls++;
    this.#unsettled++;
    const settled = (error?: unknown): void => {
      isSettled = true;
      this.#unsettled--;
      this.#checkTime(beganAt);
      if (isNotSent(error) && attempts > 0) this.#violate("called not-sent what it had called");
    };
    this.#engine.execute(fn, { signal: controller?.signal }).then(() => settled(), settled);
  }

  async #serve(context: AttemptContext): Promise<string> {
    const isProbe = this.#engine.breaker?.state === "half-open";
    const { failing, hanging, slow, upToMs } = this.#weather;
    this.#running++;
    if (isProbe) this.#probes.add(context);
    try {
      const dice = this.#random();
      if (this.#random() < 0.2) void context.signal.aborted;
      if (dice < hanging) await new Promise<void>((resolve) => this.#hung.push(resolve));
      else if (this.#random() < 0.8) await this.#pause(slow > this.#random() ? 120 : upToMs);
      if (dice < hanging + failing) throw failed;
      if (this.#probes.has(context)) this.#served++;
      return "served";
    } finally {
      this.#running--;
      this.#probes.delete(context);
    }
  }

  /** Has a value, fails or hangs. */
  #fallBack(): unknown {
    const dice = this.#random();
    if (dice < 0.2) return new Promise<void>((resolve) => this.#hung.push(resolve));
    if (dice < 0.4) return this.#pause(500);
    if (dice < 0.6) throw noFallback;
    return "instead";
  }

  #pause(upToMs: number): Promise<void> {
    return new Promise((resolve) => this.#clock.schedule(resolve, this.#draw(0, upToMs)));
  }

  #heard(event: PolicyEvent): void {
    if (event.type === "state") {
      const probes = this.#options.breaker ? this.#options.breaker.probes : undefined;
      if (event.from === "half-open" && event.to === "closed" && this.#served < (probes ?? 1)) {
        this.#violate("closed by what was no probe of the round");
      }
      this.#probes.clear();
      this.#served = 0;
    }
    if (this.#random() < 0.3) throw brokenListener;
  }

  #checkTime(beganAt: number): void {
    const now = this.#clock.now();
    const fallbackMs = this.#options.fallback === undefined ? 0 : deadlineMs;
    const isLate = now - beganAt > deadlineMs + fallbackMs + toleranceMs;
    const isExcused = this.#jumpedAt >= beganAt && now - this.#jumpedAt <= fallbackMs + toleranceMs;
    if (isLate && !isExcused) this.#violate("missed the deadline");
  }

  #checkBounds(): void {
    const { maxInFlight, maxQueue, breaker, retry } = this.#options;
    const { bulkhead } = this.#engine;
    if (this.#running > (maxInFlight ?? this.#running)) this.#violate("too much in flight");
    if ((bulkhead?.waiting ?? 0) > (maxQueue ?? 0)) this.#violate("too many wait");
    // One whose caller left has given its permit back, though the service may not know yet.
    const probes = [...this.#probes].filter(({ signal }) => !signal.aborted);
    if (breaker && probes.length > (breaker.probes ?? 1)) this.#violate("too many probes");
    if (retry) {
      const floor = Math.max(3, (retry.attempts ?? 3) - 1);
      if (this.#attempts > 1.2 * this.#calls + floor) this.#violate("retried beyond the budget");
    } else if (this.#attempts > this.#calls) {
      this.#violate("retried though it may not");
    }
  }

  /** The service is well again, and whatever hung there gets its answer. */
  async #calmDown(): Promise<void> {
    this.#weather = weathers[0] as Weather;
    await this.#clock.advance(2 * deadlineMs);
    if (this.#unsettled > 0) this.#violate(`${this.#unsettled} calls waited for what hung`);
    for (const answer of this.#hung.splice(0)) answer();
    await this.#clock.advance(1_000);
    if (this.#unsettled > 0) this.#violate(`${this.#unsettled} calls never settled`);
  }

  async #expectRecovery(): Promise<void> {
    // One call a second: enough for the slowest to be probed and closed again.
    for (let call = 0; call < 8; call++) {
      this.#call();
      await this.#clock.advance(1_000);
    }
    const { breaker } = this.#engine;
    if ((breaker?.state ?? "closed") !== "closed") this.#violate(`stayed ${breaker?.state}`);
    const last = this.#engine.execute(() => "served").catch(() => this.#violate("did not recover"));
    await this.#clock.advance(1_000);
    await last;
  }

  async #expectNothingLeft(): Promise<void> {
    await this.#clock.advance(3_600_000);
    const { bulkhead, deadlines, attempts } = this.#engine;
    const left = {
      timers: this.#clock.pending,
      inFlight: bulkhead?.inFlight ?? 0,
      waiting: bulkhead?.waiting ?? 0,
      deadlines: deadlines?.size ?? 0,
      attempts: attempts?.size ?? 0,
      running: this.#running,
      listeners: this.#controllers
        .map(({ signal }) => getEventListeners(signal, "abort").length)
        .reduce((sum, count) => sum + count, 0),
    };
    for (const [what, count] of Object.entries(left)) {
      if (count > 0) this.#violate(`left ${count} ${what}`);
    }
  }

  #draw(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  #violate(what: string): void {
    this.violations.push(what);
  }
}

function isNotSent(error: unknown): boolean {
  return (error as { outcome?: string } | undefined)?.outcome === "not-sent";
}
