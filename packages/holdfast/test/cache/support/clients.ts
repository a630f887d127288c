import { Redis } from "ioredis";
import { createClient } from "redis";

export interface TestClient {
  readonly client: object;
  close(): void;
}

export type Connect = (port: number) => Promise<TestClient>;

/** Both libraries, each as its documentation shows it: the cache guards what is not guarded. */
export const libraries: readonly (readonly [name: string, connect: Connect])[] = [
  ["node-redis", connectNodeRedis],
  ["ioredis", connectIoredis],
];

async function connectNodeRedis(port: number): Promise<TestClient> {
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  client.on("error", () => undefined);
  // Not awaited: with no server there it does not settle.
  client.connect().catch(() => undefined);
  return { client, close: () => client.destroy() };
}

async function connectIoredis(port: number): Promise<TestClient> {
  const client = new Redis(port, "127.0.0.1");
  client.on("error", () => undefined);
  return { client, close: () => client.disconnect() };
}
