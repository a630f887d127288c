import { inspect } from "node:util";
import { RespConnection, startRedis } from "@holdfast/testbed";
import { expect, it, onTestFinished } from "vitest";
import { guardOf, protect } from "../../src/index.ts";
import { newClient } from "./support/versions.ts";
import type { CommonClient } from "./support.ts";
import { clientKinds, endClient, eventually, settled } from "./support.ts";

const events = ["state", "retry", "failure", "disconnect", "recycle"] as const;

it.each(clientKinds)("%s shows no password, key or value to anybody else", async (kind) => {
  const server = await startRedis({ requirepass: "s3cret-old" });
  onTestFinished(() => server.close());
  const client = protect(newClient(kind, server.port, { password: "s3cret-old" }) as CommonClient, {
    name: "sessions",
  });
  onTestFinished(() => endClient(client));
  const guard = guardOf(client);
  const seen: unknown[] = [];
  for (const event of events) guard.on(event, (message) => seen.push(message));
  await client.connect();
  expect(await guard.ready({ timeoutMs: 10_000 })).toBe(true);
  // The password changes under it: every handshake from now on is refused, with its arguments.
  const operator = await RespConnection.connect({ host: "127.0.0.1", port: server.port });
  onTestFinished(() => operator.destroy());
  await operator.command("AUTH", "s3cret-old");
  await operator.command("CONFIG", "SET", "requirepass", "s3cret-new");
  await operator.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  await eventually(async () => {
    const { error } = await settled(client.set("s3cret-key", "s3cret-value"));
    seen.push(error);
    return guard.state === "open";
  });
  seen.push((await settled(client.get("another"))).error, guard.health());
  const told = inspect(seen, { depth: 20, showHidden: true }) + JSON.stringify(seen);
  expect(told).toMatch(/NOAUTH|WRONGPASS/);
  expect(told).not.toContain("s3cret");
});
