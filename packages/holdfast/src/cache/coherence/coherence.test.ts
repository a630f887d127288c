import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { Coherence } from "./coherence.ts";

const ttlMs = 5_000;

function scene() {
  const clock = new FakeClock();
  const coherence = new Coherence(clock, ttlMs);
  const isTrusted = (verifiedAt: number): boolean =>
    verifiedAt >= coherence.verifiedSince(clock.now());
  return { clock, coherence, isTrusted };
}

describe("trust in memory", () => {
  it("ends after the time to live without word of changes", () => {
    const { clock, isTrusted } = scene();
    const readAt = clock.now();
    clock.advanceSync(ttlMs);
    expect(isTrusted(readAt)).toBe(true);
    clock.advanceSync(1);
    expect(isTrusted(readAt)).toBe(false);
  });

  it("lasts as long as Redis tells of changes, for what was read since", () => {
    const { clock, coherence, isTrusted } = scene();
    const before = clock.now();
    clock.advanceSync(1);
    coherence.begin();
    const after = clock.now();
    clock.advanceSync(1_000_000);
    expect(isTrusted(after)).toBe(true);
    expect(isTrusted(before)).toBe(false);
  });

  it("goes on for the time to live when the word breaks off, and no longer", () => {
    const { clock, coherence, isTrusted } = scene();
    coherence.begin();
    const readAt = clock.now();
    clock.advanceSync(60_000);
    coherence.lose("test");
    clock.advanceSync(ttlMs - 1);
    expect(isTrusted(readAt)).toBe(true);
    clock.advanceSync(1);
    expect(isTrusted(readAt)).toBe(false);
    expect(coherence).toMatchObject({ mode: "ttl", gaps: 1, reason: "test" });
  });

  it("has to be earned anew after a gap, however short", () => {
    const { clock, coherence, isTrusted } = scene();
    coherence.begin();
    const readAt = clock.now();
    clock.advanceSync(10);
    coherence.lose("test");
    clock.advanceSync(1);
    coherence.begin();
    expect(isTrusted(readAt)).toBe(false);
    expect(isTrusted(clock.now())).toBe(true);
    expect(coherence).toMatchObject({ mode: "tracking", gaps: 1, reason: null });
  });

  it("has to be earned anew when what was read cannot be trusted, and that is no gap", () => {
    const { clock, coherence, isTrusted } = scene();
    coherence.begin();
    const readAt = clock.now();
    clock.advanceSync(1);
    coherence.distrust();
    expect(isTrusted(readAt)).toBe(false);
    expect(coherence).toMatchObject({ mode: "tracking", gaps: 0 });
    coherence.lose("test");
    coherence.distrust();
    expect(coherence.mode).toBe("ttl");
  });

  it("has no end where there is nothing to keep in step with", () => {
    const coherence = new Coherence(new FakeClock(), undefined);
    coherence.lose("test");
    expect(coherence.mode).toBe("none");
    expect(coherence.verifiedSince(1e12)).toBe(Number.NEGATIVE_INFINITY);
  });
});
