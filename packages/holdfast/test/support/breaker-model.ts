import type { BreakerSettings } from "../../src/policy/index.ts";

interface Sample {
  readonly bucket: number;
  readonly failed: boolean;
  readonly slow: boolean;
}

/**
 * What a circuit breaker should do, written to be read: every sample is kept, every permit is an
 * object, nothing is counted ahead. For comparison with the real one, which does none of this.
 */
export class BreakerModel {
  state: "closed" | "open" | "half-open" | "isolated" = "closed";
  #samples: Sample[] = [];
  #run: number[] = [];
  /** Permits of the state under way that are neither reported nor given back. */
  #valid = new Set<number>();
  #nextPermit = 1;
  #succeeded = 0;
  #probesAt = 0;
  #probesDueAt = 0;
  #failedRounds = 0;
  #rampFrom: number | undefined;
  #holders = 0;
  #resume: "closed" | "open" = "closed";
  readonly #settings: BreakerSettings;

  constructor(settings: BreakerSettings) {
    this.#settings = settings;
  }

  /** A permit, or undefined for a refusal. */
  admit(now: number): number | undefined {
    if (this.state === "open" && now >= this.#probesAt) this.#enter("half-open");
    if (this.state === "half-open") this.#expireProbes(now);
    if (this.state === "open" || this.state === "isolated") return undefined;
    if (this.state === "half-open") {
      if (this.#valid.size + this.#succeeded >= this.#settings.probes) return undefined;
      this.#probesDueAt = now + this.#settings.probeTimeoutMs;
    }
    if (this.state === "closed" && this.#isRampFull(now)) return undefined;
    const permit = this.#nextPermit++;
    this.#valid.add(permit);
    return permit;
  }

  success(permit: number, now: number, durationMs: number): void {
    if (!this.#valid.delete(permit)) return;
    const slow = durationMs >= this.#settings.slowMs;
    if (this.state === "half-open") {
      this.#succeeded++;
      if (slow) this.#open(now, this.#failedRounds + 1);
      else if (this.#succeeded === this.#settings.probes) this.#close(now);
      return;
    }
    this.#run = [];
    this.#count(now, false, slow);
    if (slow && this.#rate(now, "slow") >= this.#settings.slowRate) this.#open(now, 0);
  }

  failure(permit: number, now: number, durationMs: number): void {
    if (!this.#valid.delete(permit)) return;
    if (this.state === "half-open") {
      this.#open(now, this.#failedRounds + 1);
      return;
    }
    const { consecutive, windowMs, failureRate, slowRate, slowMs } = this.#settings;
    const slow = durationMs >= slowMs;
    this.#run.push(now);
    this.#count(now, true, slow);
    const oldest = consecutive > 0 ? this.#run.at(-consecutive) : undefined;
    const isRun = oldest !== undefined && now - oldest < windowMs;
    const isFailing = this.#rate(now, "failed") >= failureRate;
    const isSlow = slow && this.#rate(now, "slow") >= slowRate;
    if (isRun || isFailing || isSlow) this.#open(now, 0);
  }

  ignore(permit: number): void {
    this.#valid.delete(permit);
  }

  force(now: number): void {
    if (this.state === "closed") this.#open(now, 0);
    else if (this.state === "half-open") this.#open(now, this.#failedRounds + 1);
    else if (this.state === "isolated") this.#resume = "open";
  }

  isolate(): void {
    if (this.#holders++ > 0) return;
    this.#resume = this.state === "closed" ? "closed" : "open";
    this.#enter("isolated");
  }

  release(now: number): void {
    if (--this.#holders > 0) return;
    if (this.#resume === "closed") {
      this.#close(now);
    } else {
      this.#enter("open");
      this.#probesAt = now;
      this.#failedRounds = 0;
    }
  }

  #expireProbes(now: number): void {
    if (this.#valid.size > 0 && now >= this.#probesDueAt) this.#open(now, this.#failedRounds + 1);
  }

  #count(now: number, failed: boolean, slow: boolean): void {
    this.#samples.push({ bucket: this.#bucket(now), failed, slow });
  }

  /** The rate over the window; nothing below the minimum of calls. */
  #rate(now: number, of: "failed" | "slow"): number {
    const youngEnough = this.#samples.filter(({ bucket }) => bucket > this.#bucket(now) - 20);
    if (youngEnough.length < this.#settings.minCalls) return -1;
    return youngEnough.filter((sample) => sample[of]).length / youngEnough.length;
  }

  #bucket(now: number): number {
    return Math.floor(now / (this.#settings.windowMs / 20));
  }

  #isRampFull(now: number): boolean {
    const { rampMs } = this.#settings;
    if (this.#rampFrom === undefined || now - this.#rampFrom >= rampMs) return false;
    return this.#valid.size >= 10 * 2 ** ((7 * (now - this.#rampFrom)) / rampMs);
  }

  #open(now: number, failedRounds: number): void {
    this.#enter("open");
    this.#failedRounds = failedRounds;
    const { openMs, openCapMs } = this.#settings;
    this.#probesAt = now + Math.min(openCapMs, openMs * 2 ** failedRounds);
  }

  #close(now: number): void {
    this.#enter("closed");
    this.#samples = [];
    this.#run = [];
    this.#rampFrom = this.#settings.rampMs > 0 ? now : undefined;
  }

  #enter(state: BreakerModel["state"]): void {
    this.state = state;
    this.#valid.clear();
    this.#succeeded = 0;
  }
}
