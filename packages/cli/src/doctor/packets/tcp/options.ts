import { type Segment, tcpFlags } from "../wire/segment.ts";
import { type Flow, scaleUnknown, scaleUnused } from "./flow.ts";

const windowScaleOption = 3;
const sackOption = 5;
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

/**
 * Whether an ACK says that bytes came twice (RFC 2883): what was sent again had arrived before.
 */
export function tellsOfDuplicate(segment: Segment): boolean {
  const at = optionAt(segment, sackOption);
  if (at === undefined || at + 10 > segment.optionsEnd) return false;
  const { bytes } = segment;
  const right =
    ((bytes[at + 6] as number) << 24) |
    ((bytes[at + 7] as number) << 16) |
    ((bytes[at + 8] as number) << 8) |
    (bytes[at + 9] as number);
  return ((right - segment.acknowledgement) | 0) <= 0;
}

function windowScaleOf(segment: Segment): number | undefined {
  const at = optionAt(segment, windowScaleOption);
  return at === undefined || segment.bytes[at + 1] !== 3 ? undefined : segment.bytes[at + 2];
}

/** Where an option of this kind begins; it is whole. */
function optionAt(
  { bytes, optionsStart, optionsEnd }: Segment,
  wanted: number,
): number | undefined {
  for (let at = optionsStart; at + 1 < optionsEnd; ) {
    const kind = bytes[at] as number;
    if (kind === 0) return undefined;
    if (kind === 1) {
      at++;
      continue;
    }
    const length = bytes[at + 1] as number;
    if (length < 2 || at + length > optionsEnd) return undefined;
    if (kind === wanted) return at;
    at += length;
  }
  return undefined;
}
