import { existsSync } from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../src/free-port.ts";
import { findRedisServer, type RedisProgram } from "../src/server/find-redis-server.ts";
import { processState } from "../src/server/process-state.ts";
import type { RedisServer } from "../src/server/redis-server.ts";
import { type StartRedisOptions, startRedis } from "../src/server/start-redis.ts";

async function start(options: StartRedisOptions = {}): Promise<RedisServer> {
  const server = await startRedis(options);
  onTestFinished(() => server.close());
  return server;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "holdfast-test-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

describe("a server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    if (!server.alive) await server.restart();
    await server.thaw();
  });
  afterAll(() => server.close());

  it("is alive and answers as soon as it is started", async () => {
    expect(server.alive).toBe(true);
    expect(await server.command("PING")).toBe("PONG");
    expect(await server.command("INFO", "server")).toContain(`process_id:${server.pid}`);
  });

  it("shows what it logs", () => {
    expect(server.log.join("\n")).toContain("Ready to accept connections");
  });

  it("is gone after a kill, and says so", async () => {
    const { pid } = server;
    await server.kill();
    expect(server.alive).toBe(false);
    expect(["Z", undefined]).toContain(await processState(pid));
    await expect(server.command("PING")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await server.kill();
    await expect(server.freeze()).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("has every acknowledged write after a kill and a restart, on the same port", async () => {
    const { port, pid } = server;
    for (let index = 0; index < 100; index++) await server.command("SET", `k${index}`, index);
    await server.kill();
    await server.restart();
    expect(server.port).toBe(port);
    expect(server.pid).not.toBe(pid);
    expect(await server.command("DBSIZE")).toBe(100);
  });

  it("has nothing after an empty restart", async () => {
    await server.command("SET", "key", "value");
    await server.restart({ empty: true });
    expect(await server.command("DBSIZE")).toBe(0);
  });

  it("stands still while it is frozen, and goes on where it was", async () => {
    const connection = await server.connect({ timeoutMs: 10_000 });
    await server.freeze();
    expect(server.frozen).toBe(true);
    expect(await processState(server.pid)).toBe("T");
    const reply = connection.command("INCR", "counter");
    await server.thaw();
    expect(server.frozen).toBe(false);
    expect(await reply).toBe(1);
    connection.destroy();
    await server.thaw();
  });

  it("shuts down in order when it is stopped, frozen or not", async () => {
    await server.freeze();
    await server.stop();
    expect(server.alive).toBe(false);
    expect(server.log.join("\n")).toMatch(/bye bye/);
    await server.stop();
  });

  it("can be killed and restarted while it is frozen", async () => {
    await server.freeze();
    await server.restart();
    expect(server.frozen).toBe(false);
    expect(await server.command("PING")).toBe("PONG");
  });

  it("rejects with what Redis answers", async () => {
    await expect(server.command("NOSUCH")).rejects.toMatchObject({ code: "REPLY", prefix: "ERR" });
  });

  it("can be slowed and crashed by DEBUG", async () => {
    expect(await server.command("DEBUG", "SLEEP", "0")).toBe("OK");
  });
});

describe("startRedis", () => {
  it("takes a port and arguments", async () => {
    const port = await freePort();
    const server = await start({ port, args: ["--maxmemory", "5mb"] });
    expect(server.port).toBe(port);
    expect(await server.command("CONFIG", "GET", "maxmemory")).toEqual(["maxmemory", "5242880"]);
  });

  it("protects with a password that no other user of the machine can read", async () => {
    const requirepass = 'a "quoted" \\ secret';
    const server = await start({ requirepass });
    expect(await server.command("PING")).toBe("PONG");
    const commandLine = await readFile(`/proc/${server.pid}/cmdline`, "utf8").catch(() => "");
    expect(commandLine).not.toContain("secret");
    const { mode } = await stat(join(server.directory, "redis.conf"));
    expect(mode & 0o077).toBe(0);
    await server.restart();
    expect(await server.command("PING")).toBe("PONG");
  });

  it("keeps nothing on disk when it is told so", async () => {
    const server = await start({ persist: false });
    await server.command("SET", "key", "value");
    await server.restart();
    expect(await server.command("DBSIZE")).toBe(0);
    expect(await readdir(join(server.directory, "data"))).toEqual([]);
  });

  it("says why a server does not start, with its last words", async () => {
    await expect(startRedis({ args: ["--no-such-directive", "1"] })).rejects.toMatchObject({
      code: "REDIS_START",
      message: expect.stringMatching(/ended before it was ready.*Bad directive/s),
    });
  });

  it("says so when another Redis has the port, and is not taken in by its answers", async () => {
    const other = await start();
    await expect(startRedis({ port: other.port })).rejects.toMatchObject({
      code: "REDIS_START",
      message: expect.stringMatching(/address already in use/i),
    });
    expect(await other.command("PING")).toBe("PONG");
  });

  it("says so when something else has the port", async () => {
    const port = await freePort();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => void squatter.close());
    await expect(startRedis({ port })).rejects.toMatchObject({ code: "REDIS_START" });
  });

  it("gives up on a server that never answers, and ends it", async () => {
    const directory = await folder();
    const program = await fakeProgram(directory, `echo $$ > ${directory}/pid; exec sleep 60`);
    await expect(startRedis({ program, startTimeoutMs: 200 })).rejects.toMatchObject({
      code: "REDIS_START",
      message: expect.stringContaining("did not answer in 200 ms"),
    });
    const pid = Number(await readFile(join(directory, "pid"), "utf8"));
    expect(["Z", undefined]).toContain(await processState(pid));
  });

  it("says so when the program cannot be run", async () => {
    const program: RedisProgram = {
      path: "/nowhere/redis-server",
      name: "redis-server",
      version: "7.0.0",
    };
    await expect(startRedis({ program })).rejects.toMatchObject({
      code: "REDIS_START",
      message: expect.stringContaining("ENOENT"),
    });
  });

  it("leaves no folder behind, started or not", async () => {
    const server = await startRedis();
    expect(existsSync(server.directory)).toBe(true);
    await server.close();
    await server.close();
    expect(existsSync(server.directory)).toBe(false);
    await expect(server.restart()).rejects.toMatchObject({ code: "CLOSED" });
    const directory = await folder();
    const note = join(directory, "configuration");
    const program = await fakeProgram(directory, `echo "$1" > ${note}; exit 1`);
    await expect(startRedis({ program })).rejects.toMatchObject({ code: "REDIS_START" });
    expect(existsSync((await readFile(note, "utf8")).trim())).toBe(false);
  });

  it.each([1, 2])("is closed for good by a close in a restart (start %i)", async (starts) => {
    const server = await startRedis();
    const settled = server.restart().catch(() => {});
    const begun = (): number => server.log.filter((line) => line.includes("is starting")).length;
    await expect.poll(begun, { interval: 1 }).toBeGreaterThanOrEqual(starts);
    await server.close();
    await settled;
    expect(server.alive).toBe(false);
    expect(existsSync(server.directory)).toBe(false);
  });

  it.each([{ port: 0 }, { port: 65_536 }, { startTimeoutMs: 0 }])("refuses %j", async (options) => {
    await expect(startRedis(options)).rejects.toMatchObject({ code: "OPTIONS" });
  });
});

describe("findRedisServer", () => {
  it("names the program and its version", async () => {
    expect(await findRedisServer()).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+/) });
  });

  it("takes valkey-server where there is no redis-server", async () => {
    const directory = await folder();
    await fakeProgram(directory, "echo 'Valkey server v=8.1.3 sha=00000000:0'", "valkey-server");
    expect(await findRedisServer(directory)).toEqual({
      path: join(directory, "valkey-server"),
      name: "valkey-server",
      version: "8.1.3",
    });
  });

  it("passes over what cannot be run", async () => {
    const [broken, folderOnly, working] = [await folder(), await folder(), await folder()];
    await symlink("/nowhere", join(broken, "redis-server"));
    await mkdir(join(folderOnly, "redis-server"));
    const { path } = await fakeProgram(working, "echo 'Redis server v=7.4.0 sha=0'");
    expect(await findRedisServer([broken, folderOnly, working].join(":"))).toMatchObject({ path });
  });

  it("says how to install one when there is none", async () => {
    await expect(findRedisServer(await folder())).rejects.toMatchObject({
      code: "REDIS_NOT_FOUND",
      message: expect.stringMatching(/apt-get install redis-server/),
    });
  });
});

async function fakeProgram(
  directory: string,
  script: string,
  name: RedisProgram["name"] = "redis-server",
): Promise<RedisProgram> {
  const path = join(directory, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return { path, name, version: "7.0.0" };
}
