/*
 * The one place where the command line imports the testbed. That package is private: what is packed
 * carries a copy of it, and only this module has to point there.
 */
export type { FaultProxy, Random, RedisServer } from "@holdfast/testbed";
export {
  ConnectionLostError,
  freePort,
  guardProcess,
  ReplyError,
  RespConnection,
  releaseProcess,
  seededRandom,
  startProxy,
  startRedis,
  systemCodeOf,
  TestbedError,
} from "@holdfast/testbed";
