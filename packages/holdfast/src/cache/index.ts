export type { Clock, Random, Timer } from "../core/index.ts";
export { createCache } from "./cache.ts";
export type { KeyvStore } from "./keyv-store.ts";
export { createKeyvStore } from "./keyv-store.ts";
export type { CacheDefaults, CacheOptions, LoaderOptions, MemoryOptions } from "./options.ts";
export { cacheDefaults } from "./options.ts";
export type { RecoveryReport } from "./recovery/recovery.ts";
export type { Serializer } from "./serializer.ts";
export { jsonSerializer } from "./serializer.ts";
export type { CacheStats, CoherenceMode } from "./stats.ts";
export type {
  Cache,
  CloseReport,
  GetOrSetOptions,
  Loader,
  LoaderContext,
  ManyLoader,
  ManyLoaderContext,
  ManyOptions,
  SetOptions,
  WrapOptions,
  WriteOutcome,
} from "./types.ts";
