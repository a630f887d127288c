import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BreakerModel } from "../../test/support/breaker-model.ts";
import { FakeClock } from "../../test/support/fake-clock.ts";
import type { BreakerSettings } from "./breaker-settings.ts";
import { CircuitBreaker, refused } from "./circuit-breaker.ts";

const never = Number.POSITIVE_INFINITY;

const settings: fc.Arbitrary<BreakerSettings> = fc
  .record({
    failureRate: fc.constantFrom(0.3, 0.5, 1, never),
    slowRate: fc.constantFrom(0.4, 1, never),
    slowMs: fc.constantFrom(20, never),
    windowMs: fc.constantFrom(200, 1_000),
    minCalls: fc.integer({ min: 1, max: 8 }),
    consecutive: fc.integer({ min: 0, max: 4 }),
    openMs: fc.constantFrom(50, 200),
    growth: fc.constantFrom(1, 3),
    probes: fc.integer({ min: 1, max: 3 }),
    probeTimeoutMs: fc.constantFrom(30, 100),
    rampMs: fc.constantFrom(0, 140),
  })
  .map(({ growth, ...rest }) => ({ ...rest, openCapMs: rest.openMs * growth }));

type Step =
  | { readonly kind: "admit"; readonly times: number }
  | { readonly kind: "success" | "failure"; readonly which: number; readonly durationMs: number }
  | { readonly kind: "ignore"; readonly which: number }
  | { readonly kind: "advance"; readonly ms: number }
  | { readonly kind: "force" | "isolate" | "release" };

const which = fc.nat();
const durationMs = fc.constantFrom(1, 19, 20, 50);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("admit"), times: fc.integer({ min: 1, max: 15 }) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("success"), which, durationMs }) },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant("failure"), which, durationMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("ignore"), which }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("advance"), ms: fc.integer({ min: 1, max: 120 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("advance"), ms: fc.constant(3_600_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("force", "isolate", "release") }) },
) as fc.Arbitrary<Step>;

/** The real breaker and the model, taking every step together. */
class Pair {
  readonly #clock = new FakeClock();
  readonly #model: BreakerModel;
  readonly #breaker: CircuitBreaker;
  /** Permits of both that were never reported, whatever became of the state since. */
  readonly #permits: { readonly real: number; readonly model: number }[] = [];
  readonly #holds: { release(): void }[] = [];

  constructor(of: BreakerSettings) {
    this.#model = new BreakerModel(of);
    this.#breaker = new CircuitBreaker(of, { clock: this.#clock, random: () => 0 });
  }

  take(next: Step): void {
    const now = this.#clock.now();
    switch (next.kind) {
      case "admit":
        for (let time = 0; time < next.times; time++) this.#admit(now);
        break;
      case "advance":
        this.#clock.advanceSync(next.ms);
        break;
      case "force":
        this.#breaker.open(new Error("forced"), now);
        this.#model.force(now);
        break;
      case "isolate":
        this.#holds.push(this.#breaker.isolate(now));
        this.#model.isolate();
        break;
      case "release":
        this.#release(now);
        break;
      default:
        this.#report(next, now);
    }
    expect(this.#breaker.state).toBe(this.#model.state);
    expect(this.#clock.pending).toBe(0);
  }

  #admit(now: number): void {
    const real = this.#breaker.admit(now);
    const model = this.#model.admit(now);
    expect(real !== refused).toBe(model !== undefined);
    if (model !== undefined) this.#permits.push({ real, model });
  }

  #release(now: number): void {
    const hold = this.#holds.pop();
    if (hold === undefined) return;
    hold.release();
    hold.release();
    this.#model.release(now);
  }

  #report(
    next: Exclude<Step, { kind: "admit" | "advance" | "force" | "isolate" | "release" }>,
    now: number,
  ): void {
    const [permit] = this.#permits.splice(next.which % (this.#permits.length || 1), 1);
    if (permit === undefined) return;
    if (next.kind === "ignore") {
      this.#breaker.ignore(permit.real, now);
      this.#model.ignore(permit.model);
    } else if (next.kind === "success") {
      this.#breaker.success(permit.real, now, next.durationMs);
      this.#model.success(permit.model, now, next.durationMs);
    } else {
      this.#breaker.failure(permit.real, now, next.durationMs, new Error("failed"));
      this.#model.failure(permit.model, now, next.durationMs);
    }
  }
}

describe("CircuitBreaker and its model", () => {
  it("agree after every step of any history", () => {
    const property = fc.property(settings, fc.array(step, { maxLength: 120 }), (of, steps) => {
      const pair = new Pair(of);
      for (const next of steps) pair.take(next);
    });
    fc.assert(property, { numRuns: 1_500 });
  });
});
