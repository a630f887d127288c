import { type Segment, tcpFlags } from "../wire/segment.ts";
import { analyse } from "./analysis.ts";
import { Flow } from "./flow.ts";
import { readWindowScale } from "./options.ts";

const { syn, fin, rst, ack } = tcpFlags;

/** A TCP connection: two flows, of which `here` is that of the sender of its first segment. */
export class Stream {
  readonly here: Flow = new Flow();
  readonly there: Flow = new Flow();
  readonly isIpv6: boolean;
  readonly here0: number;
  readonly here1: number;
  readonly here2: number;
  readonly here3: number;
  readonly there0: number;
  readonly there1: number;
  readonly there2: number;
  readonly there3: number;
  readonly herePort: number;
  readonly therePort: number;
  readonly firstFrame: number;
  readonly firstTime: number;
  lastTime: number;
  /** The next stream of the table with the same hash. */
  next: Stream | undefined;
  isNew = true;
  finSeen = false;
  rstSeen = false;
  /** When the last SYN came; -1 without one. */
  synTime = -1;
  /** From the SYN to the first ACK after it: Wireshark's initial round-trip time; 0 if unknown. */
  roundTripNs = 0;

  constructor(segment: Segment) {
    this.isIpv6 = segment.isIpv6;
    this.here0 = segment.source0;
    this.here1 = segment.source1;
    this.here2 = segment.source2;
    this.here3 = segment.source3;
    this.there0 = segment.target0;
    this.there1 = segment.target1;
    this.there2 = segment.target2;
    this.there3 = segment.target3;
    this.herePort = segment.sourcePort;
    this.therePort = segment.targetPort;
    this.firstFrame = segment.frame;
    this.firstTime = segment.time;
    this.lastTime = segment.time;
  }

  /** Whether the segment goes the way of the stream's first one. */
  isFromHere(segment: Segment): boolean {
    return (
      segment.sourcePort === this.herePort &&
      segment.targetPort === this.therePort &&
      segment.source3 === this.here3 &&
      segment.target3 === this.there3 &&
      segment.source2 === this.here2 &&
      segment.target2 === this.there2 &&
      segment.source1 === this.here1 &&
      segment.target1 === this.there1 &&
      segment.source0 === this.here0 &&
      segment.target0 === this.there0 &&
      segment.isIpv6 === this.isIpv6
    );
  }

  isFromThere(segment: Segment): boolean {
    return (
      segment.sourcePort === this.therePort &&
      segment.targetPort === this.herePort &&
      segment.source3 === this.there3 &&
      segment.target3 === this.here3 &&
      segment.source2 === this.there2 &&
      segment.target2 === this.here2 &&
      segment.source1 === this.there1 &&
      segment.target1 === this.here1 &&
      segment.source0 === this.there0 &&
      segment.target0 === this.here0 &&
      segment.isIpv6 === this.isIpv6
    );
  }

  /** Analyses the stream's next segment: bits of `marks`. */
  take(segment: Segment, isFromHere: boolean): number {
    const forward = isFromHere ? this.here : this.there;
    const reverse = isFromHere ? this.there : this.here;
    const { flags } = segment;
    if ((flags & (syn | ack)) === (syn | ack)) rebase(segment, forward);
    if (!forward.hasBase) {
      forward.hasBase = true;
      forward.baseSequence = (flags & syn) !== 0 ? segment.sequence : (segment.sequence - 1) | 0;
    }
    if (!reverse.hasBase && (flags & ack) !== 0) {
      reverse.hasBase = true;
      reverse.baseSequence = (segment.acknowledgement - 1) | 0;
    }
    const found = analyse(segment, forward, reverse, this.roundTripNs);
    if ((flags & syn) !== 0) {
      if ((flags & ack) === 0) this.synTime = segment.time;
      forward.isFirstAck = true;
      readWindowScale(segment, forward, reverse);
    } else if ((flags & ack) !== 0) {
      if (this.synTime >= 0 && this.roundTripNs === 0) {
        this.roundTripNs = segment.time - this.synTime;
      }
      forward.isFirstAck = false;
    }
    if (!this.isNew) {
      if ((flags & (fin | ack)) === (fin | ack)) this.finSeen = true;
      if ((flags & rst) !== 0) this.rstSeen = true;
    }
    this.isNew = false;
    this.lastTime = segment.time;
    return found;
  }

  /** Whether a SYN opens a new connection between the same ports, and repeats none of this one. */
  isReopenedBy(segment: Segment, isFromHere: boolean): boolean {
    if ((segment.flags & (syn | ack)) !== syn) return false;
    const forward = isFromHere ? this.here : this.there;
    if (!forward.hasBase) return false;
    if (segment.sequence !== forward.baseSequence) return true;
    // A reset may have carried a number that is none of this flow's own (RFC 793, 3.4).
    forward.nextSequence = forward.continuousEnd;
    return false;
  }
}

function rebase(segment: Segment, forward: Flow): void {
  if (forward.hasBase && segment.sequence !== forward.baseSequence) {
    forward.baseSequence = segment.sequence;
  }
}
