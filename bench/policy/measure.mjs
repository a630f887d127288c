/**
 * Nanoseconds per call of each subject: the lower quartile of all rounds, because what else the machine
 * does only ever adds. The subjects take turns within each round, so that a machine that slows down
 * slows them all. Each has a loop of its own: in a shared one, each would
 * pay for what the call site has seen of the others.
 */
export async function nanosecondsPerCall(subjects, { rounds = 60, roundMs = 8 } = {}) {
  const loops = {};
  const samples = {};
  for (const [name, call] of Object.entries(subjects)) {
    const run = loop();
    const calls = await callsIn(run, call, roundMs);
    loops[name] = { run, call, calls };
    samples[name] = [];
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, { run, call, calls }] of Object.entries(loops)) {
      samples[name].push((await timed(run, call, calls)) / calls);
    }
  }
  return mapped(samples, (values) => quantile(values, 0.25));
}

/** Bytes that each call allocates. Needs --expose-gc and a young generation that holds all calls. */
export async function bytesPerCall(subjects, { calls = 10_000, rounds = 9 } = {}) {
  const samples = {};
  for (const [name, call] of Object.entries(subjects)) {
    const run = loop();
    for (let warmUp = 0; warmUp < 20; warmUp++) await run(call, calls);
    samples[name] = [];
    for (let round = 0; round < rounds; round++) {
      globalThis.gc();
      const before = process.memoryUsage().heapUsed;
      await run(call, calls);
      samples[name].push((process.memoryUsage().heapUsed - before) / calls);
    }
  }
  return mapped(samples, (values) => quantile(values, 0.5));
}

/** Nanoseconds for so many calls. */
export async function timed(run, call, calls) {
  const startedAt = process.hrtime.bigint();
  await run(call, calls);
  return Number(process.hrtime.bigint() - startedAt);
}

/** A function that awaits a call so many times, and catches what it throws. */
export function loop() {
  return new Function(
    "call",
    "times",
    "return (async () => { for (let n = 0; n < times; n++) try { await call(); } catch {} })()",
  );
}

function mapped(record, change) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

async function callsIn(run, call, roundMs) {
  let calls = 100;
  for (;;) {
    const elapsedMs = (await timed(run, call, calls)) / 1e6;
    if (elapsedMs >= roundMs) return Math.max(50, Math.round((calls * roundMs) / elapsedMs));
    calls *= 2;
  }
}

export function quantile(values, part) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * part)];
}
