import { Redis as Ioredis6 } from "ioredis";
import { Redis as Ioredis5 } from "ioredis-5";
import Ioredis50 from "ioredis-5-0";
import { Redis as Iovalkey } from "iovalkey";
import { createClient as createClient6 } from "redis";
import { createClient as createClient5 } from "redis-5";
import { createClient as createClient50 } from "redis-5-0";

export type TestedKind =
  | "node-redis 6"
  | "node-redis 5"
  | "node-redis 5.0"
  | "ioredis 6"
  | "ioredis 5"
  | "ioredis 5.0"
  | "iovalkey";

/** The newest release of each supported line: the conformance suite runs on all of them. */
const newestOfEachLine: readonly TestedKind[] = [
  "node-redis 6",
  "node-redis 5",
  "ioredis 6",
  "ioredis 5",
  "iovalkey",
];

/** The oldest release of each library that `peerDependencies` allow. */
export const oldestKinds: readonly TestedKind[] = ["node-redis 5.0", "ioredis 5.0"];

const onOldest = process.env.HOLDFAST_TEST_CLIENTS === "oldest";

export const clientKinds: readonly TestedKind[] = onOldest ? oldestKinds : newestOfEachLine;

/** One for each library, for what takes its time; in CI all of them. */
export const newestKinds: readonly TestedKind[] =
  onOldest || process.env.CI !== undefined ? clientKinds : ["node-redis 6", "ioredis 6"];

type Options = Readonly<Record<string, unknown>>;

const nodeRedis = {
  "node-redis 6": createClient6,
  "node-redis 5": createClient5,
  "node-redis 5.0": createClient50,
} as const;

const ioredis = {
  "ioredis 6": Ioredis6,
  "ioredis 5": Ioredis5,
  // Its types say that the module itself is no class, which it is.
  "ioredis 5.0": Ioredis50 as unknown as typeof Ioredis5,
  iovalkey: Iovalkey,
} as const;

/** The package, as a test's own process imports it. */
export const packages: Readonly<Record<TestedKind, string>> = {
  "node-redis 6": "redis",
  "node-redis 5": "redis-5",
  "node-redis 5.0": "redis-5-0",
  "ioredis 6": "ioredis",
  "ioredis 5": "ioredis-5",
  "ioredis 5.0": "ioredis-5-0",
  iovalkey: "iovalkey",
};

export function isNodeRedis(kind: TestedKind): kind is keyof typeof nodeRedis {
  return Object.hasOwn(nodeRedis, kind);
}

/** A client that does not connect by itself, made with the library's own options. */
export function newClient(kind: TestedKind, port: number, options: Options = {}): unknown {
  if (isNodeRedis(kind)) {
    const socket = { host: "127.0.0.1", port, ...(options.socket as object | undefined) };
    const create = nodeRedis[kind] as (options: object) => unknown;
    return create({ ...options, socket });
  }
  const IoredisClient = ioredis[kind] as new (options: object) => unknown;
  return new IoredisClient({ host: "127.0.0.1", port, lazyConnect: true, ...options });
}
