import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, type RedisServer } from "@holdfast/testbed";
import { expect, it, onTestFinished } from "vitest";
import { examineServer } from "../../src/doctor/server/index.ts";
import { critical, ids, quick, redis, urlOf } from "./support.ts";

it("finds nothing critical on a busy server", async () => {
  const server = await redis();
  const connections = await Promise.all(Array.from({ length: 8 }, () => server.connect()));
  let going = true;
  const load = connections.map(async (connection, worker) => {
    for (let turn = 0; going; turn++) {
      await connection.command("SET", `key:${worker}:${turn % 100}`, "x".repeat(100));
      await connection.command("GET", `key:${worker}:${turn % 100}`);
    }
    connection.destroy();
  });
  const report = await examineServer(urlOf(server), { sampleMs: 500 }).finally(() => {
    going = false;
  });
  await Promise.all(load);
  expect(report.outcome).toBe("ready");
  // A whole core is what a client that never pauses takes; nothing else is wrong.
  expect(critical(report).filter((id) => id !== "cpu.engine")).toEqual([]);
  expect(report.server.operationsPerSecond).toBeGreaterThan(0);
});

it("tells memory that is full, and the writes that were refused", async () => {
  const server = await redis({ args: ["--maxmemory", "3mb", "--maxmemory-policy", "noeviction"] });
  await expect(fill(server)).rejects.toThrow(/OOM/);
  const report = await examineServer(urlOf(server), quick);
  expect(critical(report)).toEqual(expect.arrayContaining(["mem.usage", "mem.noeviction"]));
  expect(ids(report)).toEqual(expect.arrayContaining(["server.memory-full", "server.replied-oom"]));
  expect(ids(report)).not.toContain("server.healthy");
});

it("tells a save that failed", async () => {
  const server = await redis({ args: ["--save", "3600 1"] });
  await server.command("CONFIG", "SET", "dbfilename", "there-is-no-such.rdb");
  const [, directory] = (await server.command("CONFIG", "GET", "dir")) as string[];
  const { mkdir } = await import("node:fs/promises");
  await mkdir(`${directory}/there-is-no-such.rdb/x`, { recursive: true });
  await server.command("SET", "k", "v");
  await server.command("BGSAVE");
  await expect
    .poll(async () => String(await server.command("INFO", "persistence")), { timeout: 20_000 })
    .toContain("rdb_last_bgsave_status:err");
  await expect(server.command("SET", "k", "v")).rejects.toThrow(/MISCONF/);
  const report = await examineServer(urlOf(server), quick);
  expect(critical(report)).toContain("rdb.fail");
  expect(ids(report)).toEqual(expect.arrayContaining(["server.disk", "server.replied-misconf"]));
});

it("tells that every client's place is taken", async () => {
  const server = await redis();
  await server.command("CONFIG", "SET", "maxclients", "3");
  const held = await Promise.all([server.connect(), server.connect(), server.connect()]);
  onTestFinished(() => held.forEach((connection) => void connection.destroy()));
  await Promise.all(held.map((connection) => connection.command("PING")));
  const report = await examineServer(urlOf(server), quick);
  expect(report).toMatchObject({ reached: true, outcome: "maxclients" });
  expect(ids(report)).toContain("server.maxclients");
  expect(critical(report)).toEqual(expect.arrayContaining(["net.answer", "cli.maxclients"]));
});

it("tells data that is still loading, and how long yet", async () => {
  const server = await redis({
    persist: true,
    args: ["--loading-process-events-interval-bytes", "1024"],
  });
  await server.command("DEBUG", "POPULATE", "2000", "key", "10");
  await server.command("CONFIG", "SET", "key-load-delay", "2000");
  const reload = server.connect({ timeoutMs: 60_000 }).then(async (connection) => {
    await connection.command("DEBUG", "RELOAD").catch(() => undefined);
    connection.destroy();
  });
  await expect
    .poll(() => server.command("PING").catch(String), { timeout: 20_000, interval: 5 })
    .toMatch(/LOADING/);
  const report = await examineServer(urlOf(server), { sampleMs: 0 });
  expect(report).toMatchObject({ outcome: "loading", reached: true });
  expect(ids(report)).toContain("server.loading");
  expect(critical(report)).toContain("load.loading");
  await server.kill();
  await reload;
});

it("tells a script that does not end", async () => {
  const server = await redis({ args: ["--lua-time-limit", "50"] });
  const connection = await server.connect({ timeoutMs: 60_000 });
  connection.command("EVAL", "while true do end", 0).catch(() => undefined);
  onTestFinished(() => connection.destroy());
  await expect
    .poll(() => server.command("PING").catch(String), { timeout: 20_000 })
    .toMatch(/BUSY/);
  const report = await examineServer(urlOf(server), quick);
  expect(report.outcome).toBe("busy");
  expect(ids(report)).toContain("server.busy");
  expect(critical(report)).toContain("slow.script");
});

it("tells slow commands by their name, without an argument of theirs", async () => {
  const server = await redis();
  await server.command("SET", "customer:1:token", "s3cret");
  await server.command(
    "EVAL",
    "local t = redis.call('TIME') while redis.call('TIME')[1] - t[1] < 2 do end",
    1,
    "customer:1:token",
  );
  const report = await examineServer(urlOf(server), quick);
  expect(ids(report)).toContain("server.slowlog");
  expect(report.findings).toContainEqual(
    expect.objectContaining({ id: "slow.log", observed: expect.stringContaining("EVAL took") }),
  );
  expect(JSON.stringify(report)).not.toMatch(/customer|s3cret/);
});

it("sees the server stand still between the samples", async () => {
  const server = await redis();
  const stall = server.connect({ timeoutMs: 60_000 });
  const connection = await stall;
  onTestFinished(() => connection.destroy());
  const report = await examineServer(urlOf(server), {
    sampleMs: 2_000,
    connectTimeoutMs: 10_000,
    onProgress: once("measuring", () =>
      connection.command("DEBUG", "SLEEP", "1.5").catch(() => undefined),
    ),
  });
  expect(ids(report)).toContain("server.slow-ping");
  expect(report.server.pingMs?.max).toBeGreaterThan(1_000);
  expect(ids(report)).not.toContain("server.healthy");
});

it("tells a replica whose primary is gone", async () => {
  const server = await redis();
  await server.command("REPLICAOF", "127.0.0.1", String(await freePort()));
  const report = await examineServer(urlOf(server), quick);
  expect(ids(report)).toEqual(expect.arrayContaining(["server.replica", "server.link-down"]));
  expect(critical(report)).toContain("repl.link");
});

it("tells a full listen queue from a firewall: some connects succeed", async () => {
  const server = await redis({ args: ["--tcp-backlog", "2"] });
  await server.freeze();
  const sockets: Socket[] = Array.from({ length: 6 }, () =>
    connect(server.port, "127.0.0.1").on("error", () => undefined),
  );
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
  await sleep(300);
  const report = await examineServer(urlOf(server), { ...quick, connectTimeoutMs: 500 });
  expect(ids(report)).toContain("server.listen-overflows");
  expect(critical(report)).toContain("os.backlog");
});

it("looks at keys by digest and size only", async () => {
  const server = await redis();
  await server.command("SET", "customer:token", "x".repeat(200_000));
  const report = await examineServer(urlOf(server), quick);
  const big = report.findings.find(({ id }) => id === "key.big");
  expect(big?.observed).toMatch(/^a string of .*begins [0-9a-f]{12}/);
  expect(JSON.stringify(report)).not.toContain("customer");
});

it("changes nothing but the slow log, and that only when told to", async () => {
  const server = await redis({ args: ["--slowlog-log-slower-than", "-1"] });
  const before = await server.command("CONFIG", "GET", "*");
  const off = await examineServer(urlOf(server), quick);
  expect(off.findings.map(({ id }) => id)).toContain("slow.off");
  expect(await server.command("CONFIG", "GET", "*")).toEqual(before);
  await examineServer(urlOf(server), { ...quick, enableSlowlogMs: 100 });
  const [, set] = (await server.command("CONFIG", "GET", "slowlog-log-slower-than")) as string[];
  expect(set).toBe("100000");
});

it("sees a client of this host that leaves its replies unread", async () => {
  const server = await redis({ args: ["--client-output-buffer-limit", "normal 64mb 16mb 600"] });
  await server.command("SET", "k", "x".repeat(1_000_000));
  const reader = connect(server.port, "127.0.0.1");
  onTestFinished(() => void reader.destroy());
  reader.pause();
  reader.on("error", () => undefined);
  for (let turn = 0; turn < 30; turn++) reader.write("GET k\r\n");
  await expect
    .poll(async () => String(await server.command("CLIENT", "LIST")), { timeout: 20_000 })
    .toMatch(/omem=[1-9]\d{7}/);
  const report = await examineServer(urlOf(server), quick);
  expect(ids(report)).toContain("server.slow-readers");
});

async function fill(server: RedisServer): Promise<void> {
  const connection = await server.connect();
  onTestFinished(() => connection.destroy());
  for (let turn = 0; turn < 1_000; turn++) {
    await connection.command("SET", `k${turn}`, "x".repeat(10_000));
  }
}

/** Calls it at the first step that begins so. */
function once(
  beginning: string,
  act: () => unknown,
): (progress: { readonly step: string }) => void {
  let done = false;
  return ({ step }) => {
    if (done || !step.startsWith(beginning)) return;
    done = true;
    act();
  };
}
