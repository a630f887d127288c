import { Redis, type RedisOptions } from "ioredis";
import { Redis as Redis5 } from "ioredis-5";
import { createClient } from "redis";
import { type ProtectOptions, protect } from "../../src/index.ts";

/** Guarded, connecting in the background, and without an 'error' listener. */
export function ioredis(port: number, options?: ProtectOptions): Redis {
  return protect(new Redis({ ...base, port }), { ...patient, ...options });
}

export function ioredis5(port: number, options?: ProtectOptions): Redis5 {
  return protect(new Redis5({ ...base, port }), { ...patient, ...options });
}

/** For busy machines; an application wants the defaults. */
const patient = { attemptTimeoutMs: 300, deadlineMs: 2_000 } satisfies ProtectOptions;

/** BullMQ's blocking connections want `maxRetriesPerRequest` like this. */
const base = { host: "127.0.0.1", maxRetriesPerRequest: null } satisfies RedisOptions;

const created = (port: number) => createClient({ url: `redis://127.0.0.1:${port}` });

type NodeRedis = ReturnType<typeof created>;

export async function nodeRedis(port: number, options?: ProtectOptions): Promise<NodeRedis> {
  const client = protect(created(port), { ...patient, ...options });
  await client.connect();
  return client;
}
