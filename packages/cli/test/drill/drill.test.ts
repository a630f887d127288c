import { expect, it } from "vitest";
import type { Fault } from "../../dist/drill/faults/fault.js";
import { arrivals } from "../../dist/drill/load/schedule.js";
import { seedFor } from "../../dist/drill/load/seed.js";
import type { FaultResult } from "../../dist/drill/result.js";
import { drillHere, mode, optionsOf, rowOf, variantsFile } from "./stage.ts";

function requestsIn({ timeline }: FaultResult): number {
  return timeline.buckets.reduce((sum, { failed, succeeded }) => sum + failed + succeeded, 0);
}

it("tells an API that holds from one that hangs and one that crashes", async () => {
  const file = await variantsFile({
    primary: true,
    variants: [mode("fragile"), mode("crashing"), mode("wedged"), mode("steady", { judged: true })],
  });
  const options = optionsOf("--variants", file, "--faults", "freeze,crash", "--rate", "60");
  const result = await drillHere(options);

  expect(result.variants.map(({ faults }) => faults.map(({ id }) => id))).toEqual(
    Array(4).fill(["crash", "freeze"]),
  );
  const held = rowOf(result, "steady", "freeze");
  expect(held).toMatchObject({ status: "ok", reason: null, availability: 1 });
  expect(held.observed).toMatch(/PING stays unanswered/);
  expect(held.detectMs).toBeGreaterThan(0);
  expect(held.recoverMs).not.toBeNull();
  expect(held.primary).toEqual({ limit: 50, peak: 1, refused: 0 });
  expect(held.invariants).toEqual({ lost: null, duplicated: null, crossed: 0, stale: null });
  const states = held.timeline.breaker.map(({ state }) => state);
  expect(states.slice(0, 2)).toEqual(["closed", "open"]);
  expect(states.at(-1)).toBe("closed");

  const hung = rowOf(result, "fragile", "freeze");
  expect(hung.status).toBe("ok");
  expect(hung.availability).toBeLessThan(0.9);
  expect(hung.p99Ms).toBe(500);
  expect(hung.detectMs).toBeNull();
  expect(hung.primary).toEqual({ limit: 50, peak: 0, refused: 0 });

  const crashed = rowOf(result, "crashing", "crash");
  expect(crashed.restarts).toBeGreaterThan(0);
  expect(crashed.availability).toBeLessThan(0.5);
  expect(crashed.recoverMs).not.toBeNull();
  expect(rowOf(result, "crashing", "freeze").restarts).toBeUndefined();

  // What a fault leaves behind is not counted against anybody in the next one.
  expect(rowOf(result, "wedged", "crash")).toMatchObject({ status: "ok", recoverMs: null });
  expect(rowOf(result, "wedged", "freeze").status).toBe("ok");
  expect(rowOf(result, "wedged", "freeze").recoverMs).not.toBeNull();

  // The same visitors for all.
  expect(requestsIn(hung)).toBe(requestsIn(held));
  expect(requestsIn(held)).toBeGreaterThan(100);
});

it("drills an API that boots without Redis", async () => {
  const file = await variantsFile({ variants: [mode("fragile"), mode("steady")] });
  const options = optionsOf("--variants", file, "--faults", "boot-without", "--rate", "60");
  const result = await drillHere(options);
  const held = rowOf(result, "steady", "boot-without");
  expect(held).toMatchObject({ status: "ok", availability: 1 });
  expect(held.requests).toBeGreaterThan(20);
  const stuck = rowOf(result, "fragile", "boot-without");
  expect(stuck.status).toBe("ok");
  // It may listen while the restoration looks whether Redis is back.
  expect(stuck.availability).toBeLessThan(0.2);
  expect(stuck.recoverMs).not.toBeNull();
});

it("says that an answer of another is none, and that an API goes past the proxy", async () => {
  const file = await variantsFile({ variants: [mode("crossed"), mode("aloof")] });
  const options = optionsOf("--variants", file, "--faults", "crash", "--rate", "60");
  const result = await drillHere(options);
  const crossed = rowOf(result, "crossed", "crash");
  expect(crossed.status).toBe("invalid");
  expect(crossed.reason).toMatch(/failed 100\.0 % of the requests before the fault/);
  expect(crossed.invariants.crossed).toBeGreaterThan(10);
  expect(rowOf(result, "aloof", "crash").reason).toMatch(/no Redis connection of the API/);
  expect(result.passed).toBe(false);
});

it("is never passed by a fault that was not there", async () => {
  const file = await variantsFile({ variants: [mode("steady")] });
  const [real] = optionsOf("--variants", file, "--faults", "freeze").faults;
  if (real === undefined) throw new Error("there is no such fault");
  let restored = 0;
  const restore: Fault["restore"] = async () => {
    restored += 1;
  };
  const faults: Fault[] = [
    { ...real, id: "absent", inject: async () => undefined, restore },
    { ...real, id: "broken", inject: () => Promise.reject(new Error("no hands")), restore },
    { ...real, id: "unsupported", unsupported: () => "not on this Redis" },
  ];
  const options = { ...optionsOf("--variants", file, "--rate", "60"), faults };
  const result = await drillHere(options);
  expect(rowOf(result, "steady", "absent").reason).toBe(
    "the fault was not seen: the process is running, PING is answered",
  );
  expect(rowOf(result, "steady", "broken").reason).toBe(
    "the fault was not seen: the injection failed: no hands",
  );
  expect(rowOf(result, "steady", "unsupported")).toMatchObject({
    status: "skipped",
    reason: "not on this Redis",
  });
  expect(result.passed).toBe(false);
  expect(restored).toBe(2);
});

it("sends what its seed says and tells how to do it again", async () => {
  const file = await variantsFile({ variants: [mode("steady")] });
  const options = optionsOf("--variants", file, "--faults", "crash", "--rate", "60", "--seed", "9");
  const result = await drillHere(options);
  const schedule = { rate: 60, seed: seedFor(9, "crash"), ids: 50, zipf: 1 };
  const expected = new Array<number>(15).fill(0);
  for (const { atMs } of arrivals(schedule)) {
    if (atMs >= 1_500) break;
    const bucket = Math.floor(atMs / 100);
    expected[bucket] = (expected[bucket] ?? 0) + 1;
  }
  const { buckets } = rowOf(result, "steady", "crash").timeline;
  expect(buckets.slice(0, 15).map(({ failed, succeeded }) => failed + succeeded)).toEqual(expected);
  expect(result.replay).toBe(
    `npx @holdfast/cli drill --variants ${file} --faults crash --rate 60 --seed 9`,
  );
  expect(result.environment).toMatchObject({ rate: 60, quick: false });
  expect(result.environment.redis).toMatch(/^\d+\.\d+/);
  expect(result.environment.proxyOverhead?.p50Ms).toBeGreaterThanOrEqual(0);
});
