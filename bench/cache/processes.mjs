/*
 * Four processes, 100 callers in each, one cold key on one Redis: how many loads?
 *
 *   npm run build && npm ci --prefix bench/cache && node bench/cache/processes.mjs [rounds]
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startRedis } from "@holdfast/testbed";
import { median, table } from "./figures.mjs";
import { peers, productOf, versionOf } from "./peers.mjs";

const [, self, role, ...rest] = process.argv;
if (role === "child") await child(...rest);
else await parent(Number(role ?? 11));

async function parent(rounds) {
  const server = await startRedis();
  const rows = [];
  for (const name of Object.keys(peers)) {
    const children = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const process = fork(fileURLToPath(import.meta.url), ["child", name, String(server.port)]);
        await new Promise((resolve) => process.once("message", resolve));
        return process;
      }),
    );
    const loads = [];
    for (let round = 0; round < rounds; round++) {
      const answers = children.map((child) => {
        const answer = new Promise((resolve) => child.once("message", resolve));
        child.send(`${name}:cold:${round}`);
        return answer;
      });
      loads.push((await Promise.all(answers)).reduce((sum, count) => sum + count, 0));
    }
    for (const child of children) child.kill();
    const version = versionOf(peers[name].package);
    rows.push([`${name} ${version}`, median(loads), Math.max(...loads)]);
  }
  console.log(table(["4 processes, 100 callers each", "loads, median", "most"], rows));
  await server.close();
}

async function child(name, port) {
  const cache = await peers[name].open({
    port: Number(port),
    layers: "both",
    ttlMs: 60_000,
    patienceMs: 900,
  });
  // Connected, and compiled.
  for (let time = 0; time < 50; time++)
    await cache.getOrSet(`${self}:${process.pid}:${time}`, warm);
  process.on("message", async (key) => {
    let loads = 0;
    const load = async () => {
      loads++;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return productOf(key);
    };
    await Promise.all(Array.from({ length: 100 }, () => cache.getOrSet(key, load)));
    process.send(loads);
  });
  process.send("ready");
}

async function warm() {
  return productOf("warm");
}
