import type { Clock } from "../../clock.ts";
import { requireNumber } from "../../options.ts";
import type { ReplyEffectFactory } from "../reply-effect.ts";
import { DelayLine } from "./delay-line.ts";

// A link passes packets and not whole replies: the client sees a steady trickle.
const PACKET_BYTES = 1_460;

export interface BandwidthOptions {
  /** Of each connection's replies, 1 to 1e12. */
  readonly bytesPerSecond: number;
}

/** Replies come no faster than the given rate, each connection for itself. */
export function bandwidth(options: BandwidthOptions, clock: Clock): ReplyEffectFactory {
  const { bytesPerSecond } = options;
  requireNumber("bytesPerSecond", bytesPerSecond, 1, 1e12);
  return (sink) => {
    const line = new DelayLine(sink, clock);
    return {
      get heldBytes() {
        return line.heldBytes;
      },
      accept({ bytes }) {
        for (let from = 0; from < bytes.length; from += PACKET_BYTES) {
          const packet = bytes.subarray(from, from + PACKET_BYTES);
          const startsAt = Math.max(clock.now(), line.lastDueAt);
          line.add(packet, startsAt + (packet.length / bytesPerSecond) * 1_000);
        }
      },
      end: () => line.add(null, clock.now()),
      release: () => line.release(),
      discard: () => line.discard(),
    };
  };
}
