import type { BandwidthOptions } from "./effects/bandwidth.ts";
import type { DropRepliesOptions } from "./effects/drop-replies.ts";
import type { LatencyOptions } from "./effects/latency.ts";
import type { ResetMidReplyOptions } from "./effects/reset-mid-reply.ts";
import type { SliceOptions } from "./effects/slice.ts";
import type { TruncateOptions } from "./effects/truncate.ts";
import type { FlapOptions } from "./flapping.ts";

/** What a proxy does at the moment. */
export type ProxyMode =
  | "transparent"
  | "down"
  | "blackhole"
  | "flap"
  | "latency"
  | "bandwidth"
  | "slice"
  | "truncate"
  | "reset-mid-reply"
  | "drop-replies"
  | "swap-replies"
  | "closed";

export interface ProxyStats {
  readonly mode: ProxyMode;
  /** Open at the moment. */
  readonly connections: number;
  /** Accepted since the start. */
  readonly accepted: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Whole RESP replies that the server sent. */
  readonly replies: number;
  /** Connections that the server did not take. */
  readonly upstreamFailures: number;
  /** Connections that ended by RST, whoever sent it. */
  readonly resets: number;
}

export interface DownOptions {
  /** What becomes of connections that stand: RST (default), or nothing. */
  readonly existing?: "reset" | "keep";
}

/**
 * A TCP proxy on loopback in front of a Redis. Without a fault it is faithful: bytes in order, FIN
 * as FIN, RST as RST, a server that refuses as a reset, backpressure as backpressure.
 *
 * It has one fault at a time: setting one ends the one before, as {@link FaultProxy.clear} does.
 * Every fault acts on the connections that stand and on new ones.
 */
export interface FaultProxy {
  readonly port: number;
  /** Open connections. */
  readonly connections: number;
  /** Stops listening: ECONNREFUSED. */
  down(options?: DownOptions): Promise<void>;
  /** Listens again; the same as {@link FaultProxy.clear}. */
  up(): Promise<void>;
  /** Connections stay open and new ones are accepted, and not a byte passes in either direction. */
  blackhole(): Promise<void>;
  /** Down and up by turns, beginning with down. */
  flap(options: FlapOptions): Promise<void>;
  latency(options: LatencyOptions): Promise<void>;
  bandwidth(options: BandwidthOptions): Promise<void>;
  slice(options?: SliceOptions): Promise<void>;
  truncate(options: TruncateOptions): Promise<void>;
  resetMidReply(options: ResetMidReplyOptions): Promise<void>;
  dropReplies(options: DropRepliesOptions): Promise<void>;
  swapReplies(): Promise<void>;
  /**
   * Back to transparent. Bytes that a fault held go their way now, in order; a connection that has
   * lost bytes to the fault is reset. Idempotent.
   */
  clear(): Promise<void>;
  stats(): ProxyStats;
  /** Resets all connections and stops listening, for good. Idempotent. */
  close(): Promise<void>;
}
