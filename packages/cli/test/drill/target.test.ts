import { freePort, startRedis } from "@holdfast/testbed";
import { expect, it, onTestFinished } from "vitest";
import { ApiProcess } from "./api-process.ts";
import { drillHere, optionsOf, rowOf } from "./stage.ts";

it("drills an API that runs already, through a proxy, and leaves its Redis alone", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  await redis.command("SET", "mine", "still here");
  const { pid } = redis;
  const listen = await freePort();
  const api = new ApiProcess(await freePort(), listen);
  await api.listening();
  const options = optionsOf(
    ...["--target", api.url, "--redis", `127.0.0.1:${redis.port}`, "--listen", String(listen)],
    ...["--faults", "crash,boot-without,empty-restart", "--rate", "60"],
  );
  const result = await drillHere(options);
  expect(result.variants).toHaveLength(1);
  expect(result.variants[0]).toMatchObject({ name: api.url, judged: true });
  expect(result.client).toBe("unknown");
  const row = rowOf(result, api.url, "crash");
  expect(row).toMatchObject({ status: "ok", availability: 1, detectMs: null });
  expect(row.observed).toMatch(/refused/);
  expect(rowOf(result, api.url, "boot-without").reason).toMatch(/not the drill's to start/);
  expect(rowOf(result, api.url, "empty-restart").reason).toMatch(/never deleted/);
  expect(redis.pid).toBe(pid);
  expect(await redis.command("GET", "mine")).toBe("still here");
});
