/*
 * What an outage does to a process that goes on asking, 2,000 GET a second: the raw client and the
 * guarded one beside each other, each in its own process with its own redis-server. Exits with 1 when
 * a bar is missed by a guarded one.
 *
 *   npm run build && node bench/guard/outage.mjs [seconds] [library…]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startProxy, startRedis } from "@holdfast/testbed";

const seconds = Number(process.argv[2] ?? 20);
const named = process.argv.slice(3);
const libraries = named.length > 0 ? named : ["ioredis", "node-redis"];
const bars = { heapMb: 10, slowestMs: 1_150, loopP99Ms: 20, recoveryMs: 1_000, firstSecond: 2_200 };

const faults = {
  killed: {
    begin: ({ server }) => server.kill(),
    end: ({ server }) => server.restart(),
  },
  SIGSTOP: {
    begin: ({ server }) => server.freeze(),
    end: ({ server }) => server.thaw(),
  },
  "black hole": {
    begin: ({ proxy }) => proxy.blackhole(),
    end: ({ proxy }) => proxy.clear(),
  },
};

let missed = 0;
console.log(
  "| client | fault | heap | unsettled | slowest call | loop delay p99 | first success | commands in the first second |",
);
for (const library of libraries) {
  for (const [name, fault] of Object.entries(faults)) {
    const results = await Promise.all(
      ["raw", "guarded"].map((variant) => suffer(library, variant, fault)),
    );
    for (const result of results) print(library, name, result);
  }
}
process.exitCode = missed > 0 ? 1 : 0;

async function suffer(library, variant, fault) {
  const server = await startRedis({ persist: false });
  const proxy = await startProxy({ upstreamPort: server.port });
  const script = fileURLToPath(new URL("outage-process.mjs", import.meta.url));
  const child = fork(script, [library, variant, String(proxy.port)], { execArgv: ["--expose-gc"] });
  try {
    await once(child, "message");
    child.send("fault");
    await fault.begin({ server, proxy });
    await delay(seconds * 1_000);
    child.send("measure");
    const [measured] = await once(child, "message");
    await fault.end({ server, proxy });
    child.send("back");
    const before = await commands(server);
    const recovered = once(child, "message");
    await delay(1_000);
    const firstSecond = (await commands(server)) - before;
    const [{ recoveryMs }] = await recovered;
    return { variant, ...measured, recoveryMs, firstSecond };
  } finally {
    child.kill("SIGKILL");
    await proxy.close();
    await server.close();
  }
}

async function commands(server) {
  const info = String(await server.command("INFO", "stats"));
  return Number(/total_commands_processed:(\d+)/.exec(info)?.[1]);
}

function print(library, fault, { variant, ...measured }) {
  const judged = (key, digits = 0) => {
    const value = measured[key];
    const text = value === undefined ? "none in 5 s" : value.toFixed(digits);
    const holds = value !== undefined && value <= bars[key];
    if (variant !== "guarded" || holds) return text;
    missed++;
    return `${text} MISSED (bar: ${bars[key]})`;
  };
  console.log(
    `| ${library} ${variant} | ${fault} | ${judged("heapMb", 1)} MB | ${measured.pending} | ${judged("slowestMs")} ms | ${judged("loopP99Ms", 1)} ms | ${judged("recoveryMs")} ms | ${judged("firstSecond")} |`,
  );
}
