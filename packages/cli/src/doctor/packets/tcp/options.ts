import { type Segment, tcpFlags } from "../wire/segment.ts";
import { type Flow, scaleUnknown, scaleUnused } from "./flow.ts";

const windowScaleOption = 3;
/** RFC 7323: a greater shift means 14. */
const maxShift = 14;

/** Takes the window scale from a SYN or SYN-ACK: it counts only where both sides offer it. */
export function readWindowScale(segment: Segment, forward: Flow, reverse: Flow): void {
  const shift = windowScaleOf(segment);
  if (shift !== undefined) forward.windowScale = Math.min(shift, maxShift);
  if (forward.windowScale === scaleUnknown) {
    forward.windowScale = scaleUnused;
    reverse.windowScale = scaleUnused;
  } else if ((segment.flags & tcpFlags.ack) !== 0 && reverse.windowScale === scaleUnused) {
    forward.windowScale = scaleUnused;
  }
}

function windowScaleOf({ bytes, optionsStart, optionsEnd }: Segment): number | undefined {
  for (let at = optionsStart; at < optionsEnd; ) {
    const kind = bytes[at] as number;
    if (kind === 0) return undefined;
    if (kind === 1) {
      at++;
      continue;
    }
    const length = bytes[at + 1] as number;
    if (at + 2 > optionsEnd || length < 2 || at + length > optionsEnd) return undefined;
    if (kind === windowScaleOption && length === 3) return bytes[at + 2];
    at += length;
  }
  return undefined;
}
