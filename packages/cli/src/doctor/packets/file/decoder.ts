/** Takes packets one by one; the bytes are valid during the call only. */
export interface PacketSink {
  packet(
    bytes: Uint8Array,
    start: number,
    end: number,
    /** How long the packet was on the wire; more than `end - start` where the capture cut it. */
    originalLength: number,
    linkType: number,
    seconds: number,
    nanoseconds: number,
  ): void;
}

/** Reads the records of one format. */
export interface CaptureDecoder {
  readonly format: "pcap" | "pcapng";
  /** Gives every whole record to the sink and returns where the first one that is not begins. */
  decode(bytes: Uint8Array, start: number, end: number, sink: PacketSink): number;
  /** Why nothing after this place can be read. */
  failure: string | undefined;
}

/**
 * The most bytes that a record may have. tcpdump's largest snapshot is 262,144 bytes; a file that
 * claims more than this is broken at that place.
 */
export const maxRecordBytes: number = 1024 * 1024;
