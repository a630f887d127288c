import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { inReads, RecordingSink, whole } from "../../../test/support/recording-sink.ts";
import type { Clock } from "../../clock.ts";
import type { ReplyEffectFactory } from "../reply-effect.ts";
import { bandwidth } from "./bandwidth.ts";
import { latency } from "./latency.ts";
import { slice } from "./slice.ts";

/** When each write left, and what it was. */
class TimedSink extends RecordingSink {
  readonly times: number[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override write(bytes: Buffer): void {
    this.times.push(this.#clock.now());
    super.write(bytes);
  }
}

function start(create: (clock: Clock) => ReplyEffectFactory) {
  const clock = new FakeClock();
  const sink = new TimedSink(clock);
  return { clock, sink, effect: create(clock)(sink) };
}

describe.each<[string, (clock: Clock) => ReplyEffectFactory]>([
  ["latency", (clock) => latency({ ms: 20, jitterMs: 20, seed: 3 }, clock)],
  ["bandwidth", (clock) => bandwidth({ bytesPerSecond: 1_000 }, clock)],
  ["slice", (clock) => slice({ bytes: 2, gapMs: 3 }, clock)],
])("%s", (_, create) => {
  const steps = fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 9 }), fc.nat(30)));

  it("loses no byte and changes no order, and ends after the last one", () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (given, released) => {
        const { clock, sink, effect } = start(create);
        for (const [text, ms] of given) {
          effect.accept(whole(text));
          clock.advance(ms);
        }
        effect.end();
        if (released) effect.release();
        else clock.advance(60_000);
        const sent = given.map(([text]) => Buffer.from(text, "latin1").toString("latin1"));
        expect(sink.text).toBe(sent.join(""));
        expect(sink.events.at(-1)).toBe("FIN");
        expect(effect.heldBytes).toBe(0);
        expect(clock.pending).toBe(0);
      }),
    );
  });

  it("keeps no timer and writes nothing when the connection is gone", () => {
    const { clock, sink, effect } = start(create);
    effect.accept(whole("+OK\r\n"));
    effect.accept(whole("+OK\r\n"));
    const written = sink.events.length;
    effect.discard();
    clock.advance(60_000);
    expect(sink.events).toHaveLength(written);
    expect(clock.pending).toBe(0);
  });
});

describe("latency", () => {
  it("delays every reply by the mean and no more than the jitter", () => {
    const { clock, sink, effect } = start((each) => latency({ ms: 150, jitterMs: 50 }, each));
    for (let reply = 0; reply < 200; reply++) {
      effect.accept(whole("+OK\r\n"));
      clock.advance(1_000);
    }
    const delays = sink.times.map((at, index) => at - index * 1_000);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...delays)).toBeLessThanOrEqual(200);
    expect(Math.min(...delays)).toBeLessThan(110);
    expect(Math.max(...delays)).toBeGreaterThan(190);
  });

  it("repeats itself for the same seed", () => {
    const times = (seed: number): number[] => {
      const { clock, sink, effect } = start((each) =>
        latency({ ms: 150, jitterMs: 50, seed }, each),
      );
      for (let reply = 0; reply < 20; reply++) {
        effect.accept(whole("+OK\r\n"));
        clock.advance(1_000);
      }
      return sink.times;
    };
    expect(times(5)).toEqual(times(5));
    expect(times(5)).not.toEqual(times(6));
  });

  it("keeps the parts of one reply together", () => {
    const { clock, sink, effect } = start((each) => latency({ ms: 100 }, each));
    const [head, tail] = inReads("$4\r\nab", "cd\r\n");
    if (head === undefined || tail === undefined) throw new Error("two parts");
    effect.accept(head);
    clock.advance(30);
    effect.accept(tail);
    clock.advance(70);
    expect(sink.times).toEqual([100, 100]);
  });

  it.each([{ ms: -1 }, { ms: 600_001 }, { ms: 10, jitterMs: 11 }, { ms: Number.NaN }])(
    "refuses %j",
    (options) => {
      expect(() => latency(options, new FakeClock())).toThrow(
        expect.objectContaining({ code: "OPTIONS" }),
      );
    },
  );
});

describe("bandwidth", () => {
  it("lets bytes through at the rate and not faster", () => {
    const { clock, sink, effect } = start((each) => bandwidth({ bytesPerSecond: 1_000 }, each));
    effect.accept(whole("x".repeat(5_000)));
    clock.advance(2_500);
    expect(sink.text.length).toBeLessThanOrEqual(2_500);
    expect(sink.text.length).toBeGreaterThan(1_000);
    clock.advance(2_500);
    expect(sink.text.length).toBe(5_000);
  });

  it("saves up nothing while it is idle", () => {
    const { clock, sink, effect } = start((each) => bandwidth({ bytesPerSecond: 1_000 }, each));
    clock.advance(60_000);
    effect.accept(whole("x".repeat(1_000)));
    clock.advance(900);
    expect(sink.text).toBe("");
  });
});

describe("slice", () => {
  it("sends a reply byte by byte, with a pause after each", () => {
    const { clock, sink, effect } = start((each) => slice({}, each));
    effect.accept(whole("+OK\r\n"));
    clock.advance(10);
    expect(sink.events).toEqual(["+", "O", "K", "\r", "\n"]);
    expect(new Set(sink.times).size).toBe(5);
  });
});
