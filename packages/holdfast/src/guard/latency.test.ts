import { expect, it } from "vitest";
import { LatencyHistogram } from "./latency.ts";

it("knows percentiles to a tenth, and the maximum exactly", () => {
  const histogram = new LatencyHistogram();
  for (let ms = 1; ms <= 1_000; ms++) histogram.record(ms);
  const { p50Ms, p99Ms, maxMs } = histogram.snapshot();
  expect(p50Ms).toBeGreaterThanOrEqual(500);
  expect(p50Ms).toBeLessThan(551);
  expect(p99Ms).toBeGreaterThanOrEqual(990);
  expect(p99Ms).toBeLessThanOrEqual(1_000);
  expect(maxMs).toBe(1_000);
});

it("says null while it has measured nothing, and takes whatever it is given", () => {
  const histogram = new LatencyHistogram();
  expect(histogram.snapshot()).toEqual({ p50Ms: null, p99Ms: null, maxMs: null });
  for (const ms of [0, -1, 1e9]) histogram.record(ms);
  expect(histogram.snapshot().maxMs).toBe(1e9);
});

it("lets old times fade", () => {
  const histogram = new LatencyHistogram();
  for (let count = 0; count < 65_535; count++) histogram.record(100);
  for (let count = 0; count < 4 * 65_536; count++) histogram.record(1);
  expect(histogram.snapshot().p99Ms).toBeLessThan(120);
  expect(histogram.snapshot().p50Ms).toBeLessThan(1.2);
});
