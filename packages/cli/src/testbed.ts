/*
 * The one place where the command line imports the testbed. That package is private: what is packed
 * carries a copy of it, and only this module has to point there.
 */
export type {
  CommandArgument,
  FaultProxy,
  PlainReply,
  Random,
  RedisServer,
} from "@holdfast/testbed";
export {
  ConnectionLostError,
  encodeCommand,
  freePort,
  guardProcess,
  ReplyError,
  ReplyParser,
  RespConnection,
  releaseProcess,
  seededRandom,
  startProxy,
  startRedis,
  systemCodeOf,
  TestbedError,
  toPlain,
} from "@holdfast/testbed";
