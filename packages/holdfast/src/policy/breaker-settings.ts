/** What a {@link CircuitBreaker} goes by: every value given, rates that are off are `Infinity`. */
export interface BreakerSettings {
  /** Opens at this fraction of failed calls; `Infinity` for never. */
  readonly failureRate: number;
  /** Opens at this fraction of slow calls; `Infinity` for never. */
  readonly slowRate: number;
  /** A call that takes this long or longer is slow; `Infinity` for none. */
  readonly slowMs: number;
  readonly windowMs: number;
  readonly minCalls: number;
  /** Opens after this many failures in a row; 0 for never. */
  readonly consecutive: number;
  /** Pause before the first probe; a random part of up to a fifth is taken off. */
  readonly openMs: number;
  /** The pause doubles with each failed round of probes, up to this. */
  readonly openCapMs: number;
  readonly probes: number;
  readonly probeTimeoutMs: number;
  /** 0 for none. */
  readonly rampMs: number;
}
