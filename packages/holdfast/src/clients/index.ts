export type { Adapter, AdapterHost } from "./adapter.ts";
export { adviceFor } from "./advice.ts";
export { bareError } from "./bare-error.ts";
export { Call } from "./call.ts";
export type { FleetHost, Member, WatchedFleet } from "./fleet.ts";
export { hookIoredisCluster } from "./ioredis/cluster/hooks.ts";
export { observeIoredisCluster } from "./ioredis/cluster/observe.ts";
export { hookIoredis } from "./ioredis/hooks.ts";
export { observeIoredis } from "./ioredis/observe.ts";
export type { ClientKind } from "./kind.ts";
export { clientKind, isSupportedClient } from "./kind.ts";
export type { Link, LinkOwner } from "./link.ts";
export { hookNodeRedisCluster } from "./node-redis/cluster/hooks.ts";
export { observeNodeRedisCluster } from "./node-redis/cluster/observe.ts";
export { hookNodeRedis } from "./node-redis/hooks.ts";
export { observeNodeRedis } from "./node-redis/observe.ts";
export { hookNodeRedisPool } from "./node-redis/pool/hooks.ts";
export { observeNodeRedisPool } from "./node-redis/pool/observe.ts";
export { hookNodeRedisSentinel } from "./node-redis/sentinel/hooks.ts";
export { observeNodeRedisSentinel } from "./node-redis/sentinel/observe.ts";
export type {
  RecommendedIoredisOptions,
  RecommendedNodeRedisOptions,
} from "./recommended.ts";
export { recommendedOptions } from "./recommended.ts";
export type { CommandSender } from "./sender.ts";
export { commandSender } from "./sender.ts";
export { packageOf } from "./version.ts";
export type { Observed, Witness } from "./witness.ts";
