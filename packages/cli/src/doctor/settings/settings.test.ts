import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findClients } from "./find-clients.ts";
import { examineSettings, type SettingsReport } from "./index.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-settings-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const examine = async (name: string, text: string): Promise<SettingsReport> => {
  writeFileSync(join(folder, name), text);
  return examineSettings([join(folder, name)]);
};
const ids = (report: SettingsReport): string[] => report.findings.map(({ id }) => id);

describe("finding clients", () => {
  it("reads JavaScript and TypeScript: literals, arithmetic, constants, spreads, comments", () => {
    const source = `import { createClient } from "redis";
// createClient({ url: "redis://old" })
const base: Options = { socket: { connectTimeout: 2 * 1_000, /* ms */ keepAlive: false } } as const;
const client = createClient({ url: 'redis://h:6380', ...base, password: process.env.SECRET, f() { return { a: "}" } } });
`;
    expect(findClients(source, "javascript")).toEqual([
      expect.objectContaining({
        library: "node-redis",
        line: 4,
        url: "redis://h:6380",
        options: expect.objectContaining({ socket: { connectTimeout: 2000, keepAlive: false } }),
      }),
    ]);
  });

  it("reads ioredis in each of its forms", () => {
    const source = `const a = new Redis(6379, "host", { commandTimeout: 500 });
const b = new Redis("rediss://x:6379");
const c = new Redis.Cluster([{ host: "h", port: 1 }], { redisOptions: { connectTimeout: 700 } });`;
    const [a, b, c] = findClients(source, "javascript");
    expect(a?.options).toEqual({ commandTimeout: 500, host: "host" });
    expect(b?.url).toBe("rediss://x:6379");
    expect(c?.options.connectTimeout).toBe(700);
  });

  it("reads Python", () => {
    const source = `import redis
OPTIONS = dict(socket_timeout=1.5, ssl=True)
r = redis.Redis(host="h", **OPTIONS)  # comment
pool = redis.BlockingConnectionPool.from_url("redis://h:6379", max_connections=10)
`;
    const [r, pool] = findClients(source, "python");
    expect(r?.options).toEqual({ host: "h", socket_timeout: 1.5, ssl: true });
    expect(pool).toMatchObject({
      line: 4,
      url: "redis://h:6379",
      options: { max_connections: 10 },
    });
  });

  it("survives any text", () => {
    const piece = fc.constantFrom(
      "redis.Redis(",
      "createClient(",
      "new Redis(",
      "{",
      "}",
      "(",
      ")",
      "[",
      "]",
      "'",
      '"',
      "`",
      "${",
      "a",
      ":",
      "=",
      ",",
      "...",
      "**",
      "1",
      "\n",
      "\\",
      "/*",
      "//",
      "const a = a",
      "a = dict(",
    );
    void fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }),
        fc.constantFrom("javascript", "python"),
        (pieces, dialect) => {
          expect(
            findClients(`redis ${pieces.join(" ")}`, dialect as "python").length,
          ).toBeLessThanOrEqual(60);
        },
      ),
      { numRuns: 1500 },
    );
  });
});

describe("checks", () => {
  it("finds the traps of redis-py's defaults, with their place", async () => {
    const report = await examine("app.py", "import redis\n\nr = redis.Redis(host='h')\n");
    expect(ids(report)).toEqual(["app.connect-timeout", "app.command-timeout", "app.keepalive"]);
    expect(report.findings[0]?.place).toBe(`${join(folder, "app.py")}:3`);
    expect(report.signals.map(({ id }) => id)).toContain("settings.no-command-timeout");
    const good =
      "r = redis.Redis(socket_timeout=1, socket_connect_timeout=1, socket_keepalive=True, health_check_interval=30)";
    expect(ids(await examine("good.py", good))).toEqual([]);
  });

  it("finds the measured traps of node-redis", async () => {
    const report = await examine(
      "a.ts",
      "const redis = createClient({ socket: { socketTimeout: 5000, reconnectStrategy: false } });",
    );
    expect(ids(report)).toEqual([
      "app.command-timeout",
      "app.socket-timeout",
      "app.error-listener",
      "app.queue",
      "app.reconnect",
    ]);
    const listening = await examine(
      "b.ts",
      "const redis = createClient({ disableOfflineQueue: true }); redis.on('error', log);",
    );
    expect(ids(listening)).toEqual(["app.command-timeout"]);
  });

  it("finds the measured traps of ioredis", async () => {
    const report = await examine("c.js", "const redis = new Redis({ host: 'h' });");
    expect(ids(report)).toEqual([
      "app.connect-timeout",
      "app.command-timeout",
      "app.resend",
      "app.queue",
      "app.retries",
      "app.keepalive",
    ]);
    const good =
      "new Redis({ connectTimeout: 1000, commandTimeout: 1000, autoResendUnfulfilledCommands: false, enableOfflineQueue: false, maxRetriesPerRequest: 1, keepAlive: 30000 })";
    expect(ids(await examine("d.js", good))).toEqual([]);
  });

  it("says nothing of what a source does not tell", async () => {
    const report = await examine(
      "e.py",
      "import redis\nr = redis.Redis(socket_timeout=settings.T, socket_connect_timeout=T2, socket_keepalive=True)",
    );
    expect(ids(report)).toEqual([]);
  });

  it("reads JSON, and finds more connections than the server takes", async () => {
    const json = JSON.stringify({
      redis: {
        client: "redis-py",
        processes: 200,
        options: { socket_timeout: 1, socket_keepalive: true, max_connections: 100 },
      },
    });
    expect(ids(await examine("f.json", json))).toEqual(["app.connections"]);
    await expect(examine("g.json", "{")).rejects.toMatchObject({ exitCode: 3 });
  });

  it("finds a plain client for a port of TLS, and a URL that its option contradicts", async () => {
    expect(
      ids(
        await examine(
          "h.py",
          "import redis\nr = redis.Redis(port=6380, socket_timeout=1, socket_keepalive=True)",
        ),
      ),
    ).toEqual(["app.tls"]);
    expect(
      ids(
        await examine(
          "i.py",
          "import redis\nr = redis.from_url('rediss://h', ssl=False, socket_timeout=1, socket_keepalive=True)",
        ),
      ),
    ).toEqual(["app.tls"]);
  });

  it("says when a file creates no client", async () => {
    const report = await examine("j.py", "import os\n");
    expect(report.skipped[0]?.reason).toContain("no creation");
    expect(report.passed).toEqual([]);
  });
});
