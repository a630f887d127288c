import type { Writable } from "node:stream";
import { startRedis } from "@holdfast/testbed";
import { describe, expect, it, onTestFinished } from "vitest";
import { clientKinds, connectedClient, isNodeRedis } from "./support.ts";

describe.each(clientKinds.filter((kind) => !isNodeRedis(kind)))("the writes of %s", (kind) => {
  it("go out together at the end of the turn, but for a command that is alone", async () => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    const { client } = await connectedClient(kind, server.port);
    const { stream } = client as unknown as { stream: Writable };
    const replies = [client.incr("n")];
    expect(stream.writableCorked).toBe(0);
    while (replies.length < 200) replies.push(client.incr("n"));
    expect(stream.writableCorked).toBe(1);
    // In the order in which they were asked.
    expect(await Promise.all(replies)).toEqual(replies.map((_, index) => index + 1));
    expect(stream.writableCorked).toBe(0);
    await client.get("n");
    expect(stream.writableCorked).toBe(0);
  });
});
