import { describe, expect, it } from "vitest";
import { nodeRedis } from "./clients.ts";
import { conformance, redis, startsAlone } from "./conformance.ts";
import { rateLimitIoredis, rateLimitNodeRedis } from "./libraries/rate-limit-redis.ts";

conformance(rateLimitIoredis);
conformance(rateLimitNodeRedis);

// It keeps the promise of its first SCRIPT LOAD for good, also when that was rejected.
describe.each([rateLimitIoredis, rateLimitNodeRedis])("$name", (library) => {
  it("starts without Redis, and limits once it is there", () => startsAlone(library));
});

describe("SCRIPT LOAD", () => {
  it("answers without Redis what Redis answers", async () => {
    const server = await redis();
    const client = await nodeRedis(server.port);
    const script = "return 'é'";
    const loaded = await client.scriptLoad(script);
    await server.kill();
    expect(await client.scriptLoad(script)).toBe(loaded);
    await expect(client.scriptExists([loaded])).rejects.toMatchObject({ name: "HoldfastError" });
    await server.restart();
    client.destroy();
  });

  it("leaves the server its word on a script that does not compile", async () => {
    const server = await redis();
    const client = await nodeRedis(server.port);
    await expect(client.scriptLoad("return (")).rejects.toThrow(/compiling/);
    client.destroy();
  });
});
