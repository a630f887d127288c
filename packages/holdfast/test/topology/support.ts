import type { RedisServer } from "@holdfast/testbed";
import { expect, onTestFinished } from "vitest";
import type { Guard, ProtectOptions } from "../../src/index.ts";
import { guardOf, protect } from "../../src/index.ts";
import { eventually, settled } from "../guard/support.ts";
import type { TopologyClient } from "./kinds.ts";

export interface GuardedTopology {
  readonly client: TopologyClient;
  readonly guard: Guard;
}

/** Guards a client until the test ends. It has no 'error' listener, as nobody should need one. */
export function guard(client: TopologyClient, options?: ProtectOptions): GuardedTopology {
  protect(client.inner, options);
  onTestFinished(async () => void (await settled(client.end())));
  return { client, guard: guardOf(client.inner) };
}

export async function connected(
  client: TopologyClient,
  options?: ProtectOptions,
): Promise<GuardedTopology> {
  const guarded = guard(client, options);
  await client.connect();
  expect(await guarded.guard.ready({ timeoutMs: 10_000 })).toBe(true);
  return guarded;
}

/** The guarded client and the bare one answer alike: the value, or the error and its class. */
export async function expectSame(
  ask: (client: TopologyClient) => Promise<unknown>,
  guarded: TopologyClient,
  bare: TopologyClient,
): Promise<void> {
  const [one, other] = [await settled(ask(guarded)), await settled(ask(bare))];
  expect(one.value).toEqual(other.value);
  expect(one.error?.message).toBe(other.error?.message);
  expect(one.error?.constructor).toBe(other.error?.constructor);
}

/** Waits until the server takes writes. */
export async function accepts(server: RedisServer, key: string): Promise<void> {
  await eventually(
    async () => (await settled(server.command("SET", key, "1"))).error === undefined,
    20_000,
  );
}
