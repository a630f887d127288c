export {
  ConnectionLostError,
  ReplyError,
  systemCodeOf,
  TestbedError,
  type TestbedErrorCode,
} from "./errors.ts";
export { freePort } from "./free-port.ts";
export type { BandwidthOptions } from "./proxy/effects/bandwidth.ts";
export type { DropRepliesOptions } from "./proxy/effects/drop-replies.ts";
export type { LatencyOptions } from "./proxy/effects/latency.ts";
export type { ResetMidReplyOptions } from "./proxy/effects/reset-mid-reply.ts";
export type { SelectionOptions } from "./proxy/effects/selection.ts";
export type { SliceOptions } from "./proxy/effects/slice.ts";
export type { TruncateOptions } from "./proxy/effects/truncate.ts";
export type { DownOptions, FaultProxy, ProxyMode, ProxyStats } from "./proxy/fault-proxy.ts";
export type { FlapOptions } from "./proxy/flapping.ts";
export { type StartProxyOptions, startProxy } from "./proxy/start-proxy.ts";
export { type Random, seededRandom } from "./random.ts";
export {
  COMMAND_TIMEOUT_MS,
  RespConnection,
  type RespConnectionOptions,
} from "./resp/connection.ts";
export { type CommandArgument, encodeCommand, encodeReply } from "./resp/encoder.ts";
export { ReplyFramer } from "./resp/framer.ts";
export { REPLY_MAX_BYTES, ReplyParser, type ReplyParserOptions } from "./resp/parser.ts";
export {
  type NullForm,
  type PlainReply,
  type RespEntry,
  type RespValue,
  toPlain,
} from "./resp/value.ts";
export { findRedisServer, type RedisProgram } from "./server/find-redis-server.ts";
export { guardProcess, releaseProcess } from "./server/guardian.ts";
export type { ProbeOptions, RedisServer, RestartOptions } from "./server/redis-server.ts";
export {
  type ClusterDeployment,
  type StartClusterOptions,
  startCluster,
} from "./server/start-cluster.ts";
export { type StartRedisOptions, startRedis } from "./server/start-redis.ts";
export {
  type SentinelDeployment,
  type StartSentinelOptions,
  startSentinel,
} from "./server/start-sentinel.ts";
export {
  type CertificateOptions,
  type Certificates,
  createCertificates,
} from "./tls/certificates.ts";
