/*
 * The cases in which cockatiel and opossum go wrong, played by both and by Holdfast, on real time.
 * Exits with 1 when Holdfast does not do what the case asks for.
 *
 *   npm run build && npm ci --prefix bench/policy && node bench/policy/behaviours.mjs
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  bulkhead,
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  handleAll,
  handleWhen,
  retry,
  SamplingBreaker,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import { createPolicy } from "holdfast";
import OpossumBreaker from "opossum";

const boom = new Error("boom");
const benign = new Error("benign");
const fail = async () => {
  throw boom;
};
const hang = () => new Promise(() => {});
const states = ["closed", "open", "half-open", "isolated"];
const opossumState = (breaker) =>
  breaker.opened ? "open" : breaker.halfOpen ? "half-open" : "closed";
const quietly = (promise) => promise.catch(() => {});

/** What is wanted, and what each library does; without an entry it has nothing of the kind. */
const cases = {
  "an abort, 50 ms into a pause of 1 s, settles the call after": {
    wanted: (answer) => answer < 500,
    unit: "ms",
    holdfast: () => {
      const policy = createPolicy({ retry: { baseMs: 1_000, jitter: "none" } });
      return msUntilAborted((signal) => policy.execute(fail, { signal }));
    },
    cockatiel: () => {
      const policy = retry(handleAll, { maxAttempts: 1, backoff: new ConstantBackoff(1_000) });
      return msUntilAborted((signal) => policy.execute(fail, signal));
    },
  },
  "9 failures, three windows of silence, then it takes this many more to open (of 10)": {
    wanted: (answer) => answer === 10,
    holdfast: () => {
      const policy = createPolicy({ breaker: { minCalls: 10, windowMs: 500 } });
      return failuresAfterSilence(
        () => policy.execute(fail),
        () => policy.state,
      );
    },
    cockatiel: () => {
      const breaker = new SamplingBreaker({ threshold: 0.5, duration: 500, minimumRps: 20 });
      const policy = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker });
      return failuresAfterSilence(
        () => policy.execute(fail),
        () => states[policy.state],
      );
    },
    opossum: () => {
      const options = { rollingCountTimeout: 500, volumeThreshold: 10, resetTimeout: 10_000 };
      const breaker = new OpossumBreaker(fail, options);
      return failuresAfterSilence(
        () => breaker.fire(),
        () => opossumState(breaker),
      );
    },
  },
  "of 1,000 callers, these hang behind a probe that hangs": {
    wanted: (answer) => answer === 0,
    holdfast: async () => {
      const policy = createPolicy({ breaker: { consecutive: 1, openMs: 50 } });
      await quietly(policy.execute(fail));
      return hangingBehindProbe(() => policy.execute(hang));
    },
    cockatiel: async () => {
      const policy = consecutiveBreaker();
      await quietly(policy.execute(fail));
      return hangingBehindProbe(() => policy.execute(hang));
    },
    opossum: async () => {
      let work = fail;
      const options = { resetTimeout: 50, timeout: false };
      const breaker = new OpossumBreaker(() => work(), options);
      await quietly(breaker.fire());
      work = hang;
      return hangingBehindProbe(() => breaker.fire());
    },
  },
  "a call begun before the break fails while the probe runs: the breaker is": {
    wanted: (answer) => answer === "half-open",
    holdfast: () => {
      const policy = createPolicy({ breaker: { consecutive: 1, openMs: 50 } });
      return lateFailure(
        (work) => policy.execute(work),
        () => policy.state,
      );
    },
    cockatiel: () => {
      const policy = consecutiveBreaker();
      return lateFailure(
        (work) => policy.execute(work),
        () => states[policy.state],
      );
    },
    opossum: () => {
      const breaker = new OpossumBreaker((work) => work(), { resetTimeout: 50 });
      return lateFailure(
        (work) => breaker.fire(work),
        () => opossumState(breaker),
      );
    },
  },
  "a bulkhead of 2 whose work outlives its time-out runs at once": {
    wanted: (answer) => answer === 2,
    holdfast: () => {
      const policy = createPolicy({ maxInFlight: 2, attemptTimeoutMs: 10 });
      return peak((work) => policy.execute(work));
    },
    cockatiel: () => {
      const policy = wrap(timeout(10, TimeoutStrategy.Aggressive), bulkhead(2));
      return peak((work) => policy.execute(work));
    },
    opossum: () => {
      const options = { capacity: 2, timeout: 10, volumeThreshold: 1_000 };
      const breaker = new OpossumBreaker((work) => work(), options);
      return peak((work) => breaker.fire(work));
    },
  },
  "a probe with an error that says nothing of the other side leaves the breaker": {
    wanted: (answer) => answer === "half-open",
    holdfast: async () => {
      const policy = createPolicy({
        breaker: { consecutive: 1, openMs: 50 },
        classify: (error) => ({ retryable: false, countsAsFailure: error !== benign }),
      });
      await quietly(policy.execute(fail));
      await sleep(70);
      await quietly(policy.execute(() => Promise.reject(benign)));
      return policy.state;
    },
    cockatiel: async () => {
      const policy = consecutiveBreaker(handleWhen((error) => error !== benign));
      await quietly(policy.execute(fail));
      await sleep(70);
      await quietly(policy.execute(() => Promise.reject(benign)));
      return states[policy.state];
    },
    opossum: async () => {
      const options = { resetTimeout: 50, errorFilter: (error) => error === benign };
      const breaker = new OpossumBreaker((error) => Promise.reject(error), options);
      await quietly(breaker.fire(boom));
      await sleep(70);
      await quietly(breaker.fire(benign));
      return opossumState(breaker);
    },
  },
  "a listener throws, and the call that succeeded after a retry": {
    wanted: (answer) => answer === "resolves",
    holdfast: () => {
      const policy = createPolicy({ retry: { baseMs: 1 }, onEvent: raise });
      return outcome(policy.execute(({ attempt }) => (attempt === 1 ? fail() : 1)));
    },
    cockatiel: () => {
      const policy = retry(handleAll, { maxAttempts: 1, backoff: new ConstantBackoff(1) });
      policy.onRetry(raise);
      policy.onSuccess(raise);
      return outcome(policy.execute(({ attempt }) => (attempt === 0 ? fail() : 1)));
    },
    opossum: () => {
      const breaker = new OpossumBreaker(async () => 1);
      breaker.on("success", raise);
      return outcome(breaker.fire());
    },
  },
  "one failure, all options at their defaults: the breaker is": {
    wanted: (answer) => answer === "closed",
    holdfast: async () => {
      const policy = createPolicy({ breaker: {} });
      await quietly(policy.execute(fail));
      return policy.state;
    },
    opossum: async () => {
      const breaker = new OpossumBreaker(fail);
      await quietly(breaker.fire());
      return opossumState(breaker);
    },
  },
};

process.removeAllListeners("warning"); // Holdfast's, about the listener that throws
let wrong = 0;
for (const [name, { wanted, unit = "", ...libraries }] of Object.entries(cases)) {
  console.log(`\n${name}`);
  for (const library of ["holdfast", "cockatiel", "opossum"]) {
    const play = libraries[library];
    if (play === undefined) {
      console.log(`    ${library.padEnd(10)} has nothing of the kind`);
      continue;
    }
    const answer = await play();
    const isRight = wanted(answer);
    if (!isRight && library === "holdfast") wrong++;
    const shown = typeof answer === "number" ? answer.toLocaleString("en") : answer;
    console.log(`  ${isRight ? "✓" : "✗"} ${library.padEnd(10)} ${shown} ${unit}`.trimEnd());
  }
}
process.exit(wrong === 0 ? 0 : 1);

async function msUntilAborted(execute) {
  const controller = new AbortController();
  const startedAt = performance.now();
  setTimeout(() => controller.abort(), 50);
  await quietly(execute(controller.signal));
  return Math.round(performance.now() - startedAt);
}

async function failuresAfterSilence(call, state) {
  for (let failure = 0; failure < 9; failure++) await quietly(call());
  if (state() !== "closed") return "opened before";
  await sleep(1_500);
  for (let failures = 1; failures <= 10; failures++) {
    await quietly(call());
    if (state() === "open") return failures;
  }
  return "does not open";
}

async function hangingBehindProbe(call) {
  await sleep(70);
  void quietly(call());
  let settled = 0;
  for (let caller = 0; caller < 1_000; caller++) {
    void quietly(call()).then(() => settled++);
  }
  await sleep(200);
  return 1_000 - settled;
}

/** The state when what began before the break fails, 100 ms into a probe of 200 ms. */
async function lateFailure(execute, state) {
  const late = quietly(execute(() => sleep(170).then(fail)));
  await quietly(execute(fail));
  await sleep(70);
  const probe = quietly(execute(() => sleep(200)));
  await late;
  const seen = state();
  await probe;
  return seen;
}

async function peak(execute) {
  let [running, most] = [0, 0];
  const work = async () => {
    running++;
    most = Math.max(most, running);
    await sleep(1_000);
    running--;
  };
  for (let call = 0; call < 20; call++) {
    void quietly(execute(work));
    await sleep(15);
  }
  return most;
}

async function outcome(promise) {
  return promise.then(
    () => "resolves",
    () => "rejects",
  );
}

function consecutiveBreaker(handled = handleAll) {
  return circuitBreaker(handled, { halfOpenAfter: 50, breaker: new ConsecutiveBreaker(1) });
}

function raise() {
  throw new Error("the listener is broken");
}
