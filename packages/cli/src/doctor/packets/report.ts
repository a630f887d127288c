import type { OnProgress, SourceReport } from "../source.ts";

export interface PacketsOptions {
  /**
   * Ports of Redis servers. Connections to other ports count as Redis when a request is seen on
   * them. Default: 6379.
   */
  readonly ports?: readonly number[] | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Ends the examination early: what was read until then is reported, and said to be partial. */
  readonly signal?: AbortSignal | undefined;
}

/** What captures say. */
export interface PacketsReport extends SourceReport {
  readonly source: "packets";
  readonly pcap: PcapSummary;
  readonly plots: PacketPlots;
}

/**
 * Counts over all captures. Those of TCP are over all its streams and agree, frame by frame, with
 * Wireshark's `tcp.analysis` fields; as there, a fast or a spurious retransmission is a
 * retransmission too.
 */
export interface PcapSummary {
  readonly files: readonly CaptureSummary[];
  readonly packets: number;
  readonly tcpPackets: number;
  /** Packets of streams that are Redis. */
  readonly redisPackets: number;
  readonly streams: number;
  readonly redisStreams: number;
  /** Milliseconds since 1970; null in a capture without packets. */
  readonly firstAt: number | null;
  readonly durationMs: number;

  readonly retransmissions: number;
  readonly fastRetransmissions: number;
  readonly spuriousRetransmissions: number;
  readonly duplicateAcks: number;
  readonly outOfOrder: number;
  /** Segments before which one is missing in the capture (`tcp.analysis.lost_segment`). */
  readonly lostSegments: number;
  readonly ackedLostSegments: number;
  readonly zeroWindows: number;
  readonly windowFulls: number;
  readonly keepAlives: number;
  readonly resets: number;

  /** Attempts to connect to Redis: a retransmitted SYN is the same attempt. */
  readonly connects: number;
  readonly refusedConnects: number;
  readonly unansweredConnects: number;

  readonly requests: number;
  readonly replies: number;
  readonly unansweredRequests: number;
  /** Messages that no request asked for: pub/sub, invalidations. */
  readonly pushes: number;
  /** Error replies by their first word, and `other`. */
  readonly errorReplies: Readonly<Record<string, number>>;
  /** Places in Redis streams at which the capture lacks bytes, and the reading went on after them. */
  readonly gaps: number;
  /** Slowest first by their 99th percentile. */
  readonly commands: readonly CommandLatency[];

  readonly tlsStreams: number;
  /** TLS alerts by name, as far as they are not encrypted. */
  readonly tlsAlerts: Readonly<Record<string, number>>;
  /** Where two captures hold both ends of a stream. */
  readonly comparison: Comparison | null;
}

/** One capture file. */
export interface CaptureSummary {
  readonly file: string;
  readonly format: "pcap" | "pcapng" | "unknown";
  readonly packets: number;
  readonly linkTypes: readonly string[];
  /** Whether the file ends in the middle of a packet, or was not read to its end. */
  readonly truncated: boolean;
  /** Packets of which the capture holds only the beginning. */
  readonly cutPackets: number;
  /** What could not be read, in sentences. */
  readonly notes: readonly string[];
}

/** From a request's last byte to the first byte of its reply, in milliseconds. */
export interface CommandLatency {
  /** A command's name in upper case; `OTHER` for what is no known command. */
  readonly command: string;
  readonly count: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/** Where segments were lost: seen at their sender's end and not at the other. */
export interface Comparison {
  /** The two files, the client's end first. */
  readonly files: readonly [string, string];
  readonly streams: number;
  readonly toServer: { readonly sent: number; readonly lost: number };
  readonly toClient: { readonly sent: number; readonly lost: number };
}

/** What the reports draw; every series has one number for each bucket. */
export interface PacketPlots {
  /** Milliseconds since 1970 at which the first bucket begins. */
  readonly startAt: number;
  readonly bucketMs: number;
  readonly packets: readonly number[];
  readonly retransmissions: readonly number[];
  readonly resets: readonly number[];
  /** For the commands that took the most time; null where none was answered. */
  readonly latency: readonly {
    readonly command: string;
    readonly meanMs: readonly (number | null)[];
    readonly maxMs: readonly (number | null)[];
  }[];
}
