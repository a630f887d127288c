import { expect, it } from "vitest";
import { Histogram } from "./histogram.ts";
import { Timeline } from "./timeline.ts";

it("knows percentiles to a few per cent, from microseconds to days", () => {
  for (const unit of [1e3, 1e6, 1e9, 1e12]) {
    const histogram = new Histogram();
    for (let value = 1; value <= 1000; value++) histogram.add(value * unit);
    for (const share of [0.5, 0.99, 0.999]) {
      expect(histogram.percentile(share) / (share * 1000 * unit)).toBeCloseTo(1, 1);
    }
    expect(histogram.max).toBe(1000 * unit);
    expect(histogram.percentile(1)).toBeLessThanOrEqual(histogram.max);
  }
  expect(new Histogram().percentile(0.99)).toBe(0);
});

it("keeps every event in a bounded number of buckets, however long it lasts", () => {
  const timeline = new Timeline();
  const hour = 3600 * 1e9;
  for (let count = 0; count < 1000; count++) {
    timeline.packet((count / 1000) * hour);
    timeline.latency(1, (count / 1000) * hour, 2e6);
  }
  timeline.retransmission(hour);
  expect(timeline.packets.length).toBeLessThanOrEqual(240);
  expect(timeline.packets.reduce((sum, value) => sum + value)).toBe(1000);
  expect(timeline.retransmissions.at(-1)).toBe(1);
  const [series] = timeline.latencies(8);
  expect(series?.maxMs.filter((value) => value !== null).every((value) => value === 2)).toBe(true);
  expect(timeline.bucketMs * timeline.packets.length).toBeGreaterThanOrEqual(3_600_000);
});
