import {
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  SamplingBreaker,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import { createPolicy } from "holdfast";
import OpossumBreaker from "opossum";

/** What every library is wrapped around. */
export const work = async () => 1;

const boom = new Error("boom");
const fail = async () => {
  throw boom;
};

/** Each library around a function that succeeds: retry, breaker and deadline, opossum without retry. */
export function healthy() {
  const holdfast = createPolicy({ retry: {}, breaker: {}, deadlineMs: 1_000 });
  const cockatiel = wrap(
    retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() }),
    cockatielBreaker(),
    timeout(1_000, TimeoutStrategy.Aggressive),
  );
  const opossum = new OpossumBreaker(work, { timeout: 1_000 });
  return {
    bare: work,
    holdfast: () => holdfast.execute(work),
    cockatiel: () => cockatiel.execute(work),
    opossum: () => opossum.fire(),
  };
}

/** Holdfast with one part more at a time. */
export function parts() {
  const policies = {
    "no part": {},
    deadline: { deadlineMs: 1_000 },
    "+ breaker": { deadlineMs: 1_000, breaker: {} },
    "+ retry": { deadlineMs: 1_000, breaker: {}, retry: {} },
    "+ bulkhead": { deadlineMs: 1_000, breaker: {}, retry: {}, maxInFlight: 100 },
    "+ attempt time-out": {
      deadlineMs: 1_000,
      breaker: {},
      retry: {},
      maxInFlight: 100,
      attemptTimeoutMs: 100,
    },
  };
  const subjects = { bare: work };
  for (const [name, options] of Object.entries(policies)) {
    const policy = createPolicy(options);
    subjects[name] = () => policy.execute(work);
  }
  return subjects;
}

/** Each library with its breaker open; every call is refused, awaited and caught. */
export async function open() {
  const longMs = 2 ** 31 - 1;
  const holdfast = createPolicy({ breaker: { consecutive: 1, openMs: longMs } });
  const cockatiel = cockatielBreaker(longMs);
  const opossum = new OpossumBreaker(fail, { resetTimeout: longMs });
  const subjects = {
    holdfast: () => holdfast.execute(fail),
    cockatiel: () => cockatiel.execute(fail),
    opossum: () => opossum.fire(),
  };
  for (const call of Object.values(subjects)) {
    // Enough failures for the one that counts them against a rate.
    for (let failure = 0; failure < 1_000; failure++) await call().catch(() => {});
  }
  return subjects;
}

/** Each library in a state in which no number of failures opens it. */
export function failing() {
  const holdfast = createPolicy({ breaker: { minCalls: 1e9, windowMs: 600_000 } });
  const cockatiel = circuitBreaker(handleAll, {
    halfOpenAfter: 1_000,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: 600_000, minimumRps: 1e9 }),
  });
  const opossum = new OpossumBreaker(fail, {
    volumeThreshold: 1e9,
    rollingCountTimeout: 600_000,
    rollingCountBuckets: 10,
  });
  return {
    holdfast: () => holdfast.execute(fail),
    cockatiel: () => cockatiel.execute(fail),
    opossum: () => opossum.fire(),
  };
}

function cockatielBreaker(halfOpenAfter = 1_000) {
  return circuitBreaker(handleAll, {
    halfOpenAfter,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 2 }),
  });
}
