import type { Clock } from "../../clock.ts";
import { requireInteger, requireNumber } from "../../options.ts";
import type { ReplyEffectFactory } from "../reply-effect.ts";
import { DelayLine } from "./delay-line.ts";

export interface SliceOptions {
  /** Length of a slice in bytes. Default 1, at most 65536. */
  readonly bytes?: number;
  /** Pause after each slice in milliseconds, 0 to 60000. Default 1: without one, slices run together. */
  readonly gapMs?: number;
}

/** Replies arrive in slices, so that every parser has to stop and go on at every byte. */
export function slice(options: SliceOptions, clock: Clock): ReplyEffectFactory {
  const { bytes: sliceBytes = 1, gapMs = 1 } = options;
  requireInteger("bytes", sliceBytes, 1, 65_536);
  requireNumber("gapMs", gapMs, 0, 60_000);
  return (sink) => {
    const line = new DelayLine(sink, clock);
    return {
      get heldBytes() {
        return line.heldBytes;
      },
      accept({ bytes }) {
        for (let from = 0; from < bytes.length; from += sliceBytes) {
          const at = Math.max(clock.now(), line.lastDueAt + gapMs);
          line.add(bytes.subarray(from, from + sliceBytes), at);
        }
      },
      end: () => line.add(null, clock.now()),
      release: () => line.release(),
      discard: () => line.discard(),
    };
  };
}
