/**
 * The TCP segment that is being looked at. There is one, filled anew for every packet, so that a
 * million packets a second leave nothing behind for the garbage collector.
 *
 * Sequence numbers and addresses are signed 32-bit numbers: their differences wrap as TCP's do.
 */
export class Segment {
  /** Counted from 1 in its file, as Wireshark does. */
  frame = 0;
  /** Nanoseconds since the second in which the first capture began. */
  time = 0;
  /** Four words each; IPv4 uses the last. */
  source0 = 0;
  source1 = 0;
  source2 = 0;
  source3 = 0;
  target0 = 0;
  target1 = 0;
  target2 = 0;
  target3 = 0;
  isIpv6 = false;
  /** IPv4's identification; 0 on IPv6. */
  identification = 0;
  sourcePort = 0;
  targetPort = 0;
  sequence = 0;
  acknowledgement = 0;
  flags = 0;
  /** As it stands in the header, unscaled. */
  window = 0;
  optionsStart = 0;
  optionsEnd = 0;
  bytes: Uint8Array = new Uint8Array(0);
  payloadStart = 0;
  /** Where the captured payload ends. */
  payloadEnd = 0;
  /** The payload's length on the wire. */
  payloadLength = 0;
}

export const tcpFlags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;
