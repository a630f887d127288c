import { Engine } from "./engine.ts";
import { type CacheOptions, resolveOptions } from "./options.ts";
import type { Cache } from "./types.ts";
import { View } from "./view.ts";

/**
 * Makes a cache of two layers, process memory and Redis.
 *
 * It works without Redis, starts while Redis is away, and no failure of Redis ever fails a call
 * whose loader succeeds.
 *
 * @throws HoldfastError `HOLDFAST_OPTIONS` for options that are unknown, missing or out of range;
 * `HOLDFAST_CLIENT` for a client that raw commands cannot be sent through.
 */
export function createCache(options: CacheOptions): Cache {
  return new View(new Engine(resolveOptions(options)), []);
}
