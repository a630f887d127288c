/** The window scale of a flow whose SYN was not seen, and of one without the option. */
export const scaleUnknown = -1;
export const scaleUnused = -2;

/**
 * One direction of a stream, as far as the analysis of its segments needs it. A `nextSequence` of 0
 * means that no segment was seen, as it does in Wireshark, with which we want to agree.
 */
export class Flow {
  /** The sequence number after the highest that was seen. */
  nextSequence = 0;
  nextSequenceTime = 0;
  /** The end of what was seen without a hole. */
  continuousEnd = 0;
  lastAck = 0;
  lastAckTime = 0;
  /** -1 after an ACK of a segment that was not captured. */
  duplicateAcks = 0;
  /** As in the header, unscaled; -1 before the first segment. */
  window = -1;
  windowScale: number = scaleUnknown;
  /** Whether no segment has come since the SYN, whose window is never scaled. */
  isFirstAck = false;
  lastMarks = 0;
  baseSequence = 0;
  hasBase = false;
  finSeen = false;
}
