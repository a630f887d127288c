import { createApp } from "./app.ts";
import { primaryClient } from "./primary/client.ts";
import type { ClientKind } from "./settings.ts";
import { variants } from "./variants/index.ts";

/** One variant of the shop, told by its environment where everything is. */
async function main(): Promise<void> {
  const name = process.argv[2] ?? "";
  const variant = variants[name];
  const client = process.env.REDIS_CLIENT ?? "node-redis";
  if (variant === undefined || !isClientKind(client)) {
    console.error(
      `usage: REDIS_CLIENT=node-redis|ioredis node main.js ${Object.keys(variants).join("|")}`,
    );
    process.exitCode = 2;
    return;
  }
  const findProduct = await variant({
    redisUrl: process.env.REDIS_URL ?? "redis://127.0.0.1:6379",
    client,
    findInPrimary: primaryClient(process.env.PRIMARY_URL ?? "http://127.0.0.1:4000/lanes/shop"),
    reportBreaker: (state) =>
      process.send?.({ type: "breaker", state, at: performance.timeOrigin + performance.now() }),
  });
  createApp(findProduct).listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
}

function isClientKind(value: string): value is ClientKind {
  return value === "node-redis" || value === "ioredis";
}

await main();
