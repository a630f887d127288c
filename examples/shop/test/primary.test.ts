import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { primaryClient } from "../src/primary/client.ts";
import { type Database, openDatabase } from "../src/primary/database.ts";
import { createPrimary } from "../src/primary/server.ts";

let database: Database;
let server: Server;
let url: string;

beforeAll(async () => {
  database = await openDatabase(undefined);
  server = createPrimary(database, ["bare", "held"], { concurrent: 1, queueMax: 1, serviceMs: 30 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await database.close();
});

async function lanes(): Promise<Record<string, { peak: number; refused: number; served: number }>> {
  return (await fetch(`${url}/lanes`)).json() as never;
}

it("finds the same generated products on every machine, and none beyond them", async () => {
  const find = primaryClient(`${url}/lanes/held`);
  expect(await find("7")).toEqual({
    id: "7",
    name: "Copper chart 7",
    priceCents: 8433,
    description: expect.stringContaining("Copper chart 7, built to outlast the storm."),
  });
  expect(await find("2000")).toMatchObject({ id: "2000" });
  expect(await find("2001")).toBeUndefined();
  await expect(find("7; DROP TABLE products")).resolves.toBeUndefined();
});

it("refuses what a lane has no room for, and leaves the other lanes alone", async () => {
  await fetch(`${url}/lanes/reset`, { method: "POST" });
  const crowded = primaryClient(`${url}/lanes/bare`);
  const results = await Promise.allSettled([1, 2, 3, 4].map((id) => crowded(String(id))));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  expect(results.map((result) => result.status === "rejected" && String(result.reason))).toContain(
    "Error: the primary answered 503",
  );
  expect(await primaryClient(`${url}/lanes/held`)("9")).toMatchObject({ id: "9" });
  expect(await lanes()).toEqual({
    bare: { limit: 2, peak: 2, refused: 2, served: 2 },
    held: { limit: 2, peak: 1, refused: 0, served: 1 },
  });
});

it("stops waiting when its caller does", async () => {
  const find = primaryClient(`${url}/lanes/held`);
  await expect(find("1", AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
});
