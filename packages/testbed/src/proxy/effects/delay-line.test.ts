import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { RecordingSink } from "../../../test/support/recording-sink.ts";
import { DelayLine } from "./delay-line.ts";

let clock: FakeClock;
let sink: RecordingSink;
let line: DelayLine;

beforeEach(() => {
  clock = new FakeClock();
  sink = new RecordingSink();
  line = new DelayLine(sink, clock);
});

describe("DelayLine", () => {
  it("lets bytes leave at their time and not before", () => {
    line.add(Buffer.from("a"), 100);
    clock.advance(99);
    expect(sink.events).toEqual([]);
    clock.advance(1);
    expect(sink.events).toEqual(["a"]);
  });

  it("never lets bytes overtake earlier ones", () => {
    line.add(Buffer.from("a"), 100);
    line.add(Buffer.from("b"), 20);
    line.add(null, 0);
    clock.advance(99);
    expect(sink.events).toEqual([]);
    clock.advance(1);
    expect(sink.events).toEqual(["a", "b", "FIN"]);
  });

  it("counts the bytes that it holds", () => {
    line.add(Buffer.from("abc"), 10);
    line.add(Buffer.from("de"), 20);
    expect(line.heldBytes).toBe(5);
    clock.advance(10);
    expect(line.heldBytes).toBe(2);
    line.release();
    expect(line.heldBytes).toBe(0);
  });

  it("lets everything go at once, in order, when it is released", () => {
    line.add(Buffer.from("a"), 100);
    line.add(Buffer.from("b"), 200);
    line.release();
    expect(sink.events).toEqual(["a", "b"]);
    expect(clock.pending).toBe(0);
  });

  it("lets nothing go and keeps no timer when it is discarded", () => {
    line.add(Buffer.from("a"), 100);
    line.discard();
    clock.advance(1_000);
    expect(sink.events).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("has one timer, whatever it holds", () => {
    for (let index = 0; index < 100; index++) line.add(Buffer.from("x"), index);
    expect(clock.pending).toBe(1);
    clock.advance(100);
    expect(sink.text).toBe("x".repeat(100));
    expect(clock.pending).toBe(0);
  });
});
