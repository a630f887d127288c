import type { DrillResult, FaultResult, VariantResult } from "../../src/drill/result.ts";
import { type Behaviour, quickBaseline, simulate } from "./simulate.ts";

interface FaultScript {
  readonly id: string;
  readonly title: string;
  readonly standsFor: string;
  readonly observed: string;
  /** What each variant does under it, in the variants' order. */
  readonly behaviours: readonly Behaviour[];
}

const silent: Behaviour = { answered: 0, slowMs: 1000, lingerMs: 500 };
const viaPrimary: Behaviour = { answered: 1, slowMs: 24, detectMs: 42, recoverMs: 310 };

const variants: readonly Omit<VariantResult, "faults">[] = [
  {
    name: "bare",
    description: "the client as its documentation shows it first",
    footnoteOf: null,
    judged: false,
  },
  {
    name: "classic",
    description: "time-outs, retries and a breaker, as good articles advise",
    footnoteOf: null,
    judged: false,
  },
  {
    name: "held",
    description: "the same route through protect() and createCache()",
    footnoteOf: null,
    judged: true,
  },
  {
    name: "held-without-l1",
    description: "held, with no memory layer",
    footnoteOf: null,
    judged: false,
  },
  {
    name: "classic-5s",
    description: "classic, with a breaker that tries again after 5 s instead of 60 s",
    footnoteOf: "classic",
    judged: false,
  },
];

const scripts: readonly FaultScript[] = [
  {
    id: "crash",
    title: "Redis dies (SIGKILL)",
    standsFor: "a Redis that the kernel killed for want of memory",
    observed: "connection refused on the application’s own path",
    behaviours: [
      silent,
      { answered: 0.62, slowMs: 900, detectMs: 1540, recoverMs: null },
      { answered: 1, slowMs: 6, detectMs: 12, recoverMs: 180 },
      viaPrimary,
      { answered: 0.62, slowMs: 900, detectMs: 1540, recoverMs: 3900 },
    ],
  },
  {
    id: "freeze",
    title: "Redis stands still (SIGSTOP)",
    standsFor: "a host in live migration",
    observed: "connected, PING unanswered within 250 ms",
    behaviours: [
      silent,
      { answered: 0.18, slowMs: 1000, detectMs: 5020, recoverMs: null },
      { answered: 1, slowMs: 31, detectMs: 204, recoverMs: 260 },
      { answered: 1, slowMs: 44, detectMs: 207, recoverMs: 280 },
      { answered: 0.21, slowMs: 1000, detectMs: 5010, recoverMs: 4200 },
    ],
  },
  {
    id: "boot-without",
    title: "the API starts without Redis",
    standsFor: "a power cut after which everything boots at once",
    observed: "connection refused on the application’s own path",
    behaviours: [
      { ...silent, recoverMs: null },
      { answered: 0.55, slowMs: 950, detectMs: 1800, recoverMs: null },
      { answered: 1, slowMs: 26, detectMs: 18, recoverMs: 240 },
      viaPrimary,
      { answered: 0.55, slowMs: 950, detectMs: 1800, recoverMs: 2600 },
    ],
  },
  {
    id: "latency",
    title: "replies come 150 ± 50 ms late",
    standsFor: "a slow node and the herd that follows",
    observed: "PING took 147 ms",
    behaviours: [
      { answered: 1, slowMs: 198, recoverMs: 20 },
      { answered: 1, slowMs: 201, recoverMs: 20 },
      { answered: 1, slowMs: 30, detectMs: 232, recoverMs: 410 },
      { answered: 1, slowMs: 46, detectMs: 240, recoverMs: 420 },
      { answered: 1, slowMs: 201, recoverMs: 20 },
    ],
  },
  {
    id: "reset-mid-reply",
    title: "connections are reset inside a reply",
    standsFor: "a managed Redis that resets its clients",
    observed: "ECONNRESET after 7 bytes of a reply",
    behaviours: [
      { answered: 0.71, slowMs: 310, recoverMs: 90 },
      { answered: 0.985, slowMs: 640, recoverMs: 60 },
      { answered: 1, slowMs: 12, detectMs: 130, recoverMs: 150 },
      { answered: 1, slowMs: 29, detectMs: 141, recoverMs: 160 },
      { answered: 0.985, slowMs: 640, recoverMs: 60 },
    ],
  },
  {
    id: "blackhole",
    title: "packets vanish in both directions",
    standsFor: "the stalls of 3 to 15 minutes after a network change",
    observed: "connected, nothing came back within 250 ms",
    behaviours: [
      { ...silent, recoverMs: null },
      { answered: 0.17, slowMs: 1000, detectMs: 5010, recoverMs: null },
      { answered: 1, slowMs: 33, detectMs: 206, recoverMs: 330 },
      { answered: 1, slowMs: 45, detectMs: 209, recoverMs: 340 },
      { answered: 0.17, slowMs: 1000, detectMs: 5010, recoverMs: 4700 },
    ],
  },
  {
    id: "flap",
    title: "Redis flaps: 200 ms up, 200 ms down",
    standsFor: "a proxy that fails its health check under a sale’s traffic",
    observed: "both up and down were seen",
    behaviours: [
      { answered: 0.44, slowMs: 820, recoverMs: 260 },
      { answered: 0.9, slowMs: 760, detectMs: 3300, recoverMs: null },
      { answered: 1, slowMs: 15, detectMs: 64, recoverMs: 220 },
      { answered: 1, slowMs: 31, detectMs: 70, recoverMs: 230 },
      { answered: 0.9, slowMs: 760, detectMs: 3300, recoverMs: 3100 },
    ],
  },
  {
    id: "empty-restart",
    title: "Redis restarts with no data",
    standsFor: "a migration that left the data behind",
    observed: "DBSIZE 0 and another run_id",
    behaviours: [
      { answered: 0.64, slowMs: 990, recoverMs: 1900 },
      { answered: 0.8, slowMs: 880, recoverMs: 1300 },
      { answered: 1, slowMs: 9, recoverMs: 0 },
      { answered: 1, slowMs: 48, recoverMs: 90 },
      { answered: 0.8, slowMs: 880, recoverMs: 1300 },
    ],
  },
];

const breachOf = (behaviour: Behaviour): readonly string[] =>
  behaviour.answered >= 1
    ? []
    : [`availability ${(behaviour.answered * 100).toFixed(1)} %, the bar is 100 %`];

/**
 * A whole drill as it would come out: 8 faults, 5 variants, `bare` failing and `held` steady. It is
 * drawn from a seed, so that a picture of it is the same every time.
 */
export function drillFixture(seed = 42): DrillResult {
  return {
    seed,
    environment: {
      node: "v20.20.0",
      redis: "redis-server 7.0.15",
      platform: "linux x64",
      cpus: 2,
      rate: 200,
      quick: false,
      startedAt: "2026-03-04T05:06:07.890Z",
      durationMs: 158_400,
      proxyOverhead: { p50Ms: 0.06, p99Ms: 0.21 },
    },
    client: "node-redis",
    variants: variants.map((variant, column) => ({
      ...variant,
      faults: scripts.map((script, at) => faultResult(script, column, seed + at * 100 + column)),
    })),
    passed: true,
    summary:
      "Held answered every request in all 8 faults; bare lost requests in 7 of them, and in 4 lost them all.",
    replay: `holdfast drill --variants examples/shop/drill.json --client node-redis --rate 200 --seed ${seed}`,
  };
}

function faultResult(script: FaultScript, column: number, seed: number): FaultResult {
  const behaviour = script.behaviours[column] ?? silent;
  return {
    id: script.id,
    title: script.title,
    standsFor: script.standsFor,
    observed: script.observed,
    status: "ok",
    reason: null,
    baseline: quickBaseline,
    ...simulate(behaviour, variants[column]?.name !== "bare", seed),
    breaches: breachOf(behaviour),
  };
}

/** The same drill with one variant's fault changed. */
export function withFault(
  result: DrillResult,
  variantName: string,
  faultId: string,
  change: Partial<FaultResult>,
): DrillResult {
  return {
    ...result,
    variants: result.variants.map((variant) =>
      variant.name !== variantName
        ? variant
        : {
            ...variant,
            faults: variant.faults.map((fault) =>
              fault.id === faultId ? { ...fault, ...change } : fault,
            ),
          },
    ),
  };
}

/** A failed drill: one missed bar of the judged variant, one invalid and one skipped row. */
export function failedFixture(): DrillResult {
  const missed = withFault({ ...drillFixture(), passed: false }, "held", "freeze", {
    availability: 0.99958,
    p99Ms: 214,
    detectMs: 480,
    breaches: [
      "availability 99.95 %, the bar is 100 %",
      "detected after 480 ms, the bar is 300 ms",
    ],
  });
  const invalid = withFault(missed, "classic", "flap", {
    status: "invalid",
    reason: "the load generator lagged: p99 of its lag was 23 ms, 10 ms is allowed",
    breaches: [],
  });
  const skipped = withFault(invalid, "bare", "empty-restart", {
    status: "skipped",
    reason: "the drill did not start this Redis, so it does not empty it",
    observed: null,
    requests: 0,
    availability: 0,
    breaches: [],
  });
  return { ...skipped, summary: "Held missed a bar in 1 of 8 faults." };
}

export function emptyFixture(): DrillResult {
  return { ...drillFixture(), variants: [], passed: false, summary: "" };
}
