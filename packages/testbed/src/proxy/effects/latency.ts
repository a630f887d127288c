import type { Clock } from "../../clock.ts";
import { requireNumber } from "../../options.ts";
import { seededRandom } from "../../random.ts";
import type { ReplyEffectFactory } from "../reply-effect.ts";
import { DelayLine } from "./delay-line.ts";

export interface LatencyOptions {
  /** The mean delay of a reply in milliseconds, 0 to 600000. */
  readonly ms: number;
  /** Up to this much is added or taken off, evenly spread, in milliseconds. Default 0, at most `ms`. */
  readonly jitterMs?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** Every reply comes later. The order is kept, so a slow reply holds up those behind it, as in TCP. */
export function latency(options: LatencyOptions, clock: Clock): ReplyEffectFactory {
  const { ms, jitterMs = 0, seed = 1 } = options;
  requireNumber("ms", ms, 0, 600_000);
  requireNumber("jitterMs", jitterMs, 0, ms);
  const random = seededRandom(seed);
  return (sink) => {
    const line = new DelayLine(sink, clock);
    let dueAt = 0;
    return {
      get heldBytes() {
        return line.heldBytes;
      },
      accept({ bytes, first }) {
        // The rest of a reply that comes in several reads travels with its beginning.
        if (first || dueAt === 0) dueAt = clock.now() + ms + jitterMs * (2 * random() - 1);
        line.add(bytes, dueAt);
      },
      end: () => line.add(null, clock.now() + ms),
      release: () => line.release(),
      discard: () => line.discard(),
    };
  };
}
