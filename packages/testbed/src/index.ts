/** A real redis-server of the test's own. */
export interface RedisServer {
  readonly port: number;
  readonly pid: number;
}

/** A TCP proxy in front of a redis-server that can misbehave on purpose. */
export interface FaultProxy {
  readonly port: number;
}
