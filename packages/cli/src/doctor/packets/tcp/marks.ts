/** What the analysis says of a segment, as bits; the names are those of Wireshark's fields. */
export const marks = {
  retransmission: 1,
  fastRetransmission: 2,
  spuriousRetransmission: 4,
  outOfOrder: 8,
  duplicateAck: 16,
  lostSegment: 32,
  ackedLostSegment: 64,
  zeroWindow: 128,
  windowFull: 256,
  keepAlive: 512,
  keepAliveAck: 1024,
  zeroWindowProbe: 2048,
  zeroWindowProbeAck: 4096,
  windowUpdate: 8192,
} as const;

export type Mark = keyof typeof marks;

/** A retransmission of any of the three kinds. */
export const anyRetransmission: number =
  marks.retransmission | marks.fastRetransmission | marks.spuriousRetransmission;
