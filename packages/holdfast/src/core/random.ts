/** A source of numbers in [0, 1), as `Math.random`. Injected, so that a seed replays a run. */
export type Random = () => number;
