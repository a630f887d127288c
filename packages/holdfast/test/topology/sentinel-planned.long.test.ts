import { startSentinel } from "@holdfast/testbed";
import { expect, it, onTestFinished } from "vitest";
import { eventually, settled } from "../guard/support.ts";
import { ioredisSentinel } from "./kinds.ts";
import { connected } from "./support.ts";

it("follows a planned failover while the former primary still takes writes", async () => {
  const deployment = await startSentinel();
  onTestFinished(() => deployment.close());
  const { client } = await connected(ioredisSentinel.create(deployment));
  const next = await deployment.failover();
  let count = 0;
  const tookMs = await eventually(async () => {
    const value = String(++count);
    await settled(client.set("seen", value));
    return (await next.command("GET", "seen")) === value;
  }, 30_000);
  // The sentinels take five seconds and more to make a replica of the former one.
  expect(tookMs).toBeLessThan(3_000);
}, 60_000);
