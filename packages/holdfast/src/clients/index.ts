export type { AdapterHost } from "./adapter.ts";
export { adviceFor } from "./advice.ts";
export { Call } from "./call.ts";
export { hookIoredis } from "./ioredis/hooks.ts";
export { observeIoredis } from "./ioredis/observe.ts";
export type { ClientLibrary } from "./kind.ts";
export { clientKind, isSupportedClient } from "./kind.ts";
export type { Link } from "./link.ts";
export { hookNodeRedis } from "./node-redis/hooks.ts";
export { observeNodeRedis } from "./node-redis/observe.ts";
export type {
  RecommendedIoredisOptions,
  RecommendedNodeRedisOptions,
} from "./recommended.ts";
export { recommendedOptions } from "./recommended.ts";
export type { CommandSender } from "./sender.ts";
export { commandSender } from "./sender.ts";
export { packageOf } from "./version.ts";
export type { Observed, Witness } from "./witness.ts";
