import { type Segment, tcpFlags } from "../wire/segment.ts";
import { type Flow, scaleUnknown, scaleUnused } from "./flow.ts";
import { marks } from "./marks.ts";

const { fin, syn, rst, ack } = tcpFlags;
const synFinRst = syn | fin | rst;

/** A late segment counts as reordered within the handshake's round trip, or within this time. */
const reorderingDefaultNs = 3_000_000;
/** A fast retransmission follows the last duplicate ACK within this time. */
const fastRetransmissionNs = 20_000_000;

/**
 * Says what a segment is, from what was seen before it in its stream.
 *
 * These are the definitions of "TCP Analysis" in the Wireshark User's Guide, in its order of
 * precedence, so that a frame has here the marks that it has there:
 * https://www.wireshark.org/docs/wsug_html_chunked/ChAdvTCPAnalysis.html
 *
 * @param roundTripNs - Of the handshake; 0 when it was not seen.
 * @returns Bits of {@link marks}. Both flows are brought up to date.
 */
export function analyse(
  segment: Segment,
  forward: Flow,
  reverse: Flow,
  roundTripNs: number,
): number {
  let found = windowMarks(segment, forward, reverse);
  if (segment.acknowledgement !== forward.lastAck) forward.duplicateAcks = 0;
  if (isAckOfUnseen(segment, reverse)) found |= ackOfUnseen(reverse);
  if (segment.payloadLength > 0 || (segment.flags & (syn | fin)) !== 0) {
    found |= repetitionMarks(segment, forward, reverse, found, roundTripNs);
  }
  remember(segment, forward, found);
  return found;
}

/** What a segment that brings nothing new in sequence can be: probes, keep-alives, window news. */
function windowMarks(segment: Segment, forward: Flow, reverse: Flow): number {
  const { sequence, payloadLength: length, window, flags } = segment;
  const isExpected = sequence === forward.nextSequence;
  const plain = (flags & synFinRst) === 0;
  if (length === 1 && isExpected && reverse.window === 0) return marks.zeroWindowProbe;

  let found = 0;
  if (window === 0 && plain) found |= marks.zeroWindow;
  if (
    forward.nextSequence !== 0 &&
    isAfter(sequence, forward.nextSequence) &&
    (flags & rst) === 0
  ) {
    found |= marks.lostSegment;
  }
  if (length <= 1 && plain && sequence === ((forward.nextSequence - 1) | 0)) {
    found |= marks.keepAlive;
  }
  if (length > 0) {
    return plain && fillsWindow(segment, reverse) ? found | marks.windowFull : found;
  }
  // From here on: a bare segment that repeats the last one's numbers.
  if (!plain || !isExpected || segment.acknowledgement !== forward.lastAck) return found;
  if (window !== 0 && window !== forward.window) return found | marks.windowUpdate;
  if (window !== forward.window) return found;
  if (window === 0) {
    const answersProbe = (reverse.lastMarks & marks.zeroWindowProbe) !== 0;
    return answersProbe ? found | marks.zeroWindowProbeAck : found;
  }
  if ((reverse.lastMarks & marks.keepAlive) !== 0) return found | marks.keepAliveAck;
  forward.duplicateAcks = forward.duplicateAcks === -1 ? 1 : forward.duplicateAcks + 1;
  return found | marks.duplicateAck;
}

function fillsWindow(segment: Segment, reverse: Flow): boolean {
  if (reverse.windowScale === scaleUnknown) return false;
  const shift = reverse.isFirstAck || reverse.windowScale === scaleUnused ? 0 : reverse.windowScale;
  const edge = (reverse.lastAck + (reverse.window << shift)) | 0;
  return ((segment.sequence + segment.payloadLength) | 0) === edge;
}

function isAckOfUnseen(segment: Segment, reverse: Flow): boolean {
  return (
    (segment.flags & ack) !== 0 &&
    reverse.continuousEnd !== 0 &&
    isAfter(segment.acknowledgement, reverse.continuousEnd)
  );
}

/** Says it once for a hole, however many ACKs tell of it. */
function ackOfUnseen(reverse: Flow): number {
  if (isAfter(reverse.nextSequence, reverse.continuousEnd)) {
    reverse.continuousEnd = reverse.nextSequence;
    return marks.ackedLostSegment;
  }
  const isNew = reverse.duplicateAcks === 0;
  reverse.duplicateAcks = -1;
  return isNew ? marks.ackedLostSegment : 0;
}

/** What a segment is that takes up sequence numbers which were seen already. */
function repetitionMarks(
  segment: Segment,
  forward: Flow,
  reverse: Flow,
  found: number,
  roundTripNs: number,
): number {
  if ((found & marks.keepAlive) !== 0) return 0;
  const { sequence, payloadLength: length, time } = segment;
  const end = (sequence + length) | 0;
  if (length > 0 && reverse.lastAck !== 0 && !isAfter(end, reverse.lastAck)) {
    return marks.spuriousRetransmission;
  }
  if (forward.nextSequence === 0 || !isAfter(forward.nextSequence, sequence)) return 0;
  // What begins one byte early and goes on beyond is new data after a probe of a closed window.
  if (length > 1 && ((forward.nextSequence - 1) | 0) === sequence) return 0;

  const sinceAck = time - reverse.lastAckTime;
  if (
    // After an ACK of an unseen segment Wireshark's counter stands at its greatest number.
    (reverse.duplicateAcks >= 2 || reverse.duplicateAcks === -1) &&
    reverse.lastAck === sequence &&
    sinceAck >= 0 &&
    sinceAck < fastRetransmissionNs
  ) {
    return marks.fastRetransmission;
  }
  const late = time - forward.nextSequenceTime;
  if (late >= 0 && late < (roundTripNs > 0 ? roundTripNs : reorderingDefaultNs)) {
    const phantom = (segment.flags & (syn | fin)) !== 0 ? 1 : 0;
    const repeatsLast = forward.nextSequence === ((end + phantom) | 0);
    if (!repeatsLast) return marks.outOfOrder;
  }
  return marks.retransmission;
}

function remember(segment: Segment, forward: Flow, found: number): void {
  const { sequence, payloadLength: length, flags, time } = segment;
  const phantom = (flags & (syn | fin)) !== 0 ? 1 : 0;
  const next = (sequence + length + phantom) | 0;
  const isFirst = forward.nextSequence === 0;
  // A probe of a closed window may be repeated with other data behind it.
  const isProbe = (found & marks.zeroWindowProbe) !== 0;
  if (!isProbe && (isFirst || isAfter(next, forward.nextSequence))) {
    forward.nextSequence = next;
    forward.nextSequenceTime = time;
  }
  if (!isProbe && (forward.continuousEnd === 0 || sequence === forward.continuousEnd)) {
    forward.continuousEnd = forward.nextSequence;
  }
  forward.window = segment.window;
  forward.lastAck = segment.acknowledgement;
  forward.lastAckTime = time;
  forward.lastMarks = found;
}

/** Whether sequence number `a` comes after `b`, modulo 2^32. */
export function isAfter(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}
