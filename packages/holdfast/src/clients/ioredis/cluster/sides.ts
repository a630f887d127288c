import type { HoldfastError } from "../../../core/index.ts";
import type { CallOwner } from "../../call.ts";
import type { WatchedConnection } from "../../watched.ts";
import type { IoredisClient } from "../members.ts";
import type { ClusterPipeline, IoredisCluster } from "./members.ts";

/** One node's client, as a call on its way there sees it. */
export interface NodeSide {
  readonly owner: CallOwner;
  readonly client: IoredisClient;
  /** The client's own, from before the hooks. */
  readonly sendCommand: IoredisClient["sendCommand"];
  /** What transactions on this node rely on. */
  readonly watched: WatchedConnection;
  lossOf(error: unknown): HoldfastError | undefined;
}

/** The cluster, as a call that has no node sees it. */
export interface ClusterSide {
  readonly owner: CallOwner;
  readonly cluster: IoredisCluster;
  readonly sendCommand: IoredisCluster["sendCommand"];
  /** The application wants it connected. */
  readonly open: boolean;
  /** The node that a pipeline goes to. */
  nodeFor(pipeline: ClusterPipeline): NodeSide | undefined;
  /** The map may be out of date. */
  suspect(): void;
}
