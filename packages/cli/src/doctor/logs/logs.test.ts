import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SignalId } from "../signals.ts";
import { examineLogs, type LogsReport } from "./index.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-logs-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const examine = (content: string | Buffer): Promise<LogsReport> =>
  examineLogs(["-"], { stdin: Readable.from([Buffer.from(content)]) });
const idsOf = (report: LogsReport): SignalId[] => report.signals.map(({ id }) => id);
const refused =
  "redis.exceptions.ConnectionError: Error 111 connecting to 10.0.0.5:6379. Connection refused.";
const at = Date.UTC(2026, 10, 25, 13, 0, 0, 120);

describe("formats", () => {
  const lines: readonly (readonly [string, string, string])[] = [
    ["plain", "ISO", `2026-11-25T13:00:00.120Z ERROR ${refused}`],
    ["plain", "a zone", `2026-11-25 15:00:00,120 +0200 ERROR ${refused}`],
    ["plain", "an access log's time", `[25/Nov/2026:14:00:00.12 +0100] ${refused}`],
    ["plain", "milliseconds since 1970", `${at} ${refused}`],
    ["plain", "seconds since 1970", `${at / 1000} ${refused}`],
    ["plain", "colours", `\u001b[31m2026-11-25T13:00:00.120Z\u001b[0m ${refused}`],
    ["JSON lines", "pino", JSON.stringify({ level: 50, time: at, pid: 7, msg: refused })],
    [
      "JSON lines",
      "an error inside",
      JSON.stringify({ "@timestamp": "2026-11-25T13:00:00.120Z", err: { stack: refused } }),
    ],
    [
      "logfmt",
      "logfmt",
      `time=2026-11-25T13:00:00.12Z level=error msg="dial tcp 10.0.0.5:6379: connect: connection refused"`,
    ],
    [
      "Docker JSON",
      "docker",
      JSON.stringify({ log: `${refused}\n`, stream: "stderr", time: "2026-11-25T13:00:00.12Z" }),
    ],
    ["Kubernetes (CRI)", "cri", `2026-11-25T13:00:00.120000000Z stderr F ${refused}`],
    [
      "journald JSON",
      "journald",
      JSON.stringify({ __REALTIME_TIMESTAMP: String(at * 1000), MESSAGE: refused, _PID: "7" }),
    ],
    ["syslog or journald", "short-iso", `2026-11-25T13:00:00.120+0000 host app[7]: ${refused}`],
    ["syslog or journald", "RFC 5424", `<11>1 2026-11-25T13:00:00.120Z host app 7 - - ${refused}`],
  ];
  for (const [format, name, line] of lines) {
    it(`reads ${format}: ${name}`, async () => {
      const { logs, signals } = await examine(`${line}\n`);
      expect(logs.files[0]?.format).toBe(format);
      expect(signals.map(({ id, count }) => [id, count])).toEqual([["logs.refused", 1]]);
      expect(logs.symptoms[0]?.firstAt).toBe("2026-11-25T13:00:00.120Z");
      expect(logs.hosts).toEqual([{ name: "10.0.0.5:6379", count: 1 }]);
    });
  }

  it("reads times without a zone as this machine's", async () => {
    const local = new Date(2026, 10, 25, 13, 0, 0, 123).toISOString();
    for (const stamp of [
      "2026-11-25 13:00:00,123",
      "2026/11/25 13:00:00.123",
      "25 Nov 2026 13:00:00.123",
      "Wed Nov 25 13:00:00.123 2026",
      "11/25/2026, 1:00:00.123 PM",
    ]) {
      const { logs } = await examine(`${stamp} ERROR ${refused}\n`);
      expect(logs.symptoms[0]?.firstAt, stamp).toBe(local);
    }
  });

  it("reads a gzip file, and files by a pattern", async () => {
    writeFileSync(join(folder, "one.log.gz"), gzipSync(`${refused}\n`));
    writeFileSync(join(folder, "two.log"), `${refused}\n${refused}\n`);
    const { logs } = await examineLogs([join(folder, "*.log*")]);
    expect(logs.files.map(({ failures }) => failures)).toEqual([1, 2]);
  });
});

describe("events", () => {
  it("folds a chained Python trace into one event", async () => {
    const { signals, logs } = await examine(`2026-11-25 13:00:00,123 INFO fine
2026-11-25 13:00:01,123 ERROR failed
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/redis/connection.py", line 701, in _connect
    sock.connect(socket_address)
ConnectionRefusedError: [Errno 111] Connection refused

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/app.py", line 10, in main
    r.get("user:1")
${refused}
2026-11-25 13:00:02,123 INFO fine
`);
    expect(signals.map(({ id, count }) => [id, count])).toEqual([["logs.refused", 1]]);
    expect(signals[0]?.evidence[0]?.place).toBe("-:2");
    expect(logs.clients).toEqual([{ name: "redis-py", count: 1 }]);
  });

  it("folds a Java trace that Docker cut into lines", async () => {
    const wrap = (log: string): string =>
      JSON.stringify({ log: `${log}\n`, stream: "stdout", time: "2026-11-25T13:00:00.12Z" });
    const { signals } = await examine(
      [
        "2026-11-25 13:00:00 ERROR call failed",
        "redis.clients.jedis.exceptions.JedisConnectionException: Failed to connect to 10.0.0.5:6379.",
        "\tat redis.clients.jedis.Connection.connect(Connection.java:1)",
        "Caused by: java.net.ConnectException: Connection refused",
        "\t... 3 more",
        "2026-11-25 13:00:01 INFO fine",
      ]
        .map(wrap)
        .join("\n"),
    );
    expect(signals.map(({ id, count }) => [id, count])).toEqual([["logs.refused", 1]]);
  });

  it("counts failures that follow one another one by one", async () => {
    const { signals } = await examine(`${refused}\n`.repeat(7));
    expect(signals[0]?.count).toBe(7);
    expect(signals[0]?.evidence.length).toBe(5);
    expect(signals[0]?.evidence.at(-1)?.place).toBe("-:7");
  });

  it("finds an event wherever a window of reading ends", async () => {
    const innocent = `${"innocent words of some length ".repeat(3)}\n`;
    const before = 3_000_000 / innocent.length;
    const { logs, signals } = await examine(
      innocent.repeat(before) + `${refused}\n` + innocent.repeat(before),
    );
    expect(signals[0]?.evidence[0]?.place).toBe(`-:${Math.floor(before) + 1}`);
    expect(logs.files[0]?.lines).toBe(2 * Math.floor(before) + 1);
  });

  it("takes no routine line and no other service's failure for one of Redis", async () => {
    const report = await examine(
      "connect ECONNREFUSED 10.0.0.5:5432 postgres\nConnected to redis://10.0.0.5:6379\nINFO ok\n",
    );
    expect(report.logs.symptoms).toEqual([]);
    expect(idsOf(report)).toEqual(["logs.connected"]);
  });
});

describe("logs of servers", () => {
  const line = (text: string, role = "M"): string =>
    `1234:${role} 25 Nov 2026 13:00:00.123 # ${text}\n`;
  const cases: readonly (readonly [SignalId, string])[] = [
    [
      "logs.server-output-buffer",
      line(
        "Client id=5 addr=1.1.1.1:5 scheduled to be closed ASAP for overcoming of output buffer limits.",
      ),
    ],
    [
      "logs.server-disk",
      line(
        "Asynchronous AOF fsync is taking too long (disk is busy?). Writing the AOF buffer without waiting for fsync",
      ),
    ],
    ["logs.server-fork", line("Background saving started by pid 77")],
    ["logs.server-fork-failed", line("Can't save in background: fork: Cannot allocate memory")],
    ["logs.server-started", line("Ready to accept connections")],
    ["logs.server-stopped", line("User requested shutdown...")],
    ["logs.server-crashed", line("=== REDIS BUG REPORT START: Cut & paste starting from here ===")],
    [
      "logs.server-slow-script",
      line("Slow script detected: still in execution after 5000 milliseconds."),
    ],
    ["logs.failover", line("+switch-master mymaster 10.0.0.1 6379 10.0.0.2 6379", "X")],
    ["logs.cluster-state-fail", line("Cluster state changed: fail")],
    [
      "logs.server-tls-error",
      line(
        "Error accepting a client connection: error:0A00010B:SSL routines::wrong version number (addr=127.0.0.1:1)",
      ),
    ],
    ["logs.server-idle-close", "1234:M 25 Nov 2026 13:00:00.123 - Closing idle client\n"],
    [
      "logs.server-oom-killed",
      "Nov 25 13:00:00 host kernel: Out of memory: Killed process 99 (redis-server) total-vm:1kB\n",
    ],
    [
      "logs.server-syn-flooding",
      "[Wed Nov 25 13:00:00 2026] TCP: request_sock_TCP: Possible SYN flooding on port 6379. Sending cookies.\n",
    ],
    ["logs.event-loop-blocked", "Executing <Task pending name='Task-1'> took 1.234 seconds\n"],
  ];
  for (const [id, text] of cases) {
    it(`raises ${id}`, async () => {
      expect(idsOf(await examine(text))).toEqual([id]);
    });
  }

  it("does not take a replica's trouble for a client's", async () => {
    const report = await examine(line("Connection with master lost.", "S"));
    expect(idsOf(report)).toEqual(["logs.server-replica-lost"]);
    expect(report.logs.symptoms).toEqual([]);
  });
});

describe("patterns", () => {
  const stamp = (ms: number): string => new Date(at + ms).toISOString();
  const reset = "redis.exceptions.ConnectionError: Connection closed by server.";
  const timeout = "redis.exceptions.TimeoutError: Timeout reading from socket";

  it("sees a reset that refused connections follow", async () => {
    const report = await examine(
      `${stamp(0)} ${reset}\n${stamp(900)} ${refused}\n${stamp(2000)} ${refused}\n`,
    );
    expect(report.signals.find(({ id }) => id === "logs.reset-then-refused")?.count).toBe(1);
    const late = await examine(`${stamp(0)} ${reset}\n${stamp(60_000)} ${refused}\n`);
    expect(idsOf(late)).not.toContain("logs.reset-then-refused");
  });

  it("sees resets after a pause", async () => {
    const report = await examine(`${stamp(0)} INFO fine\n${stamp(300_000)} ${reset}\n`);
    expect(idsOf(report)).toContain("logs.reset-after-idle");
    const busy = await examine(`${stamp(0)} INFO fine\n${stamp(100)} ${reset}\n`);
    expect(idsOf(busy)).not.toContain("logs.reset-after-idle");
  });

  it("sees a rhythm of time-outs, and none where there is none", async () => {
    const bursts = (starts: readonly number[]): string =>
      starts
        .flatMap((start) => [0, 100, 200].map((ms) => `${stamp(start * 1000 + ms)} ${timeout}\n`))
        .join("");
    const report = await examine(bursts([0, 60, 120, 180, 240]));
    expect(report.logs.period).toEqual({ periodMs: 60_000, bursts: 5 });
    expect(idsOf(report)).toContain("logs.periodic-timeouts");
    expect(idsOf(await examine(bursts([0, 20, 120, 130, 240])))).not.toContain(
      "logs.periodic-timeouts",
    );
  });

  it("sees that one process of several has all the time-outs", async () => {
    const entry = (pid: number, message: string): string =>
      JSON.stringify({ time: at, pid, msg: message });
    const lines = [1, 2, 3].flatMap((pid) => Array.from({ length: 5 }, () => entry(pid, "fine")));
    const one = [...lines, ...Array.from({ length: 4 }, () => entry(2, timeout))];
    writeFileSync(join(folder, "a.log"), one.join("\n"));
    writeFileSync(join(folder, "b.log"), lines.join("\n"));
    const report = await examineLogs([join(folder, "a.log"), join(folder, "b.log")]);
    expect(idsOf(report)).toContain("logs.timeouts-one-process");
    const both = [...one, entry(3, timeout)];
    writeFileSync(join(folder, "a.log"), both.join("\n"));
    expect(idsOf(await examineLogs([join(folder, "a.log")]))).not.toContain(
      "logs.timeouts-one-process",
    );
  });

  it("sees that a kernel gave up, and a call that hung for long", async () => {
    expect(idsOf(await examine(`${stamp(0)} [ioredis] Error: read ETIMEDOUT\n`))).toContain(
      "logs.kernel-gave-up",
    );
    expect(idsOf(await examine(`${stamp(0)} ${timeout} after 924 s\n`))).toContain(
      "logs.long-hang",
    );
  });
});

describe("bad input", () => {
  it("says what is empty, binary, or has no times", async () => {
    const notes = async (content: string | Buffer): Promise<string> =>
      (await examine(content)).logs.files[0]?.notes.join() ?? "";
    expect(await notes("")).toContain("empty");
    expect(await notes(Buffer.alloc(10_000, 1))).toContain("not text");
    expect(await notes("words\n")).toContain("no times");
    expect(await notes("2026-11-25T13:00:00Z words\n")).toBe("");
  });

  it("finds a failure in a line that is longer than any window", async () => {
    const { signals, logs } = await examine(
      `${"x ".repeat(2_000_000)}${refused} ${"y ".repeat(2_000_000)}`,
    );
    expect(signals[0]?.count).toBe(1);
    expect(logs.files[0]?.lines).toBe(1);
    expect(logs.files[0]?.notes.join()).toContain("64 KiB");
  });

  it.each([0, 9_000, 30_000, 60_000])("finds it %i bytes into a long line", async (at) => {
    const { signals } = await examine(`{"context":"${"x ".repeat(at / 2)}","m":"${refused}"}\n`);
    expect(signals[0]?.count).toBe(1);
  });

  it("goes on past files that cannot be read, and fails when there is no other", async () => {
    writeFileSync(join(folder, "there.log"), `${refused}\n`);
    const missing = join(folder, "missing.log");
    const report = await examineLogs([missing, join(folder, "there.log")]);
    expect(report.skipped.map(({ id }) => id)).toEqual([`log ${missing}`]);
    await expect(examineLogs([missing])).rejects.toMatchObject({ exitCode: 3 });
    await expect(examineLogs([folder])).rejects.toThrow("folder");
  });

  it("survives any bytes, cut anywhere", async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          `${refused}\n`,
          '{"log":"',
          "Traceback (most recent call last):\n",
          "\n\n",
          "2026-11-25T13:00:00Z stderr F ",
          "1:M 25 Nov 2026 13:00:00.123 # ",
          "<11>1 ",
          "| ",
        )
        .map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const report = await examineLogs(["-"], { stdin: Readable.from(pieces) });
        const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
        expect(report.logs.files[0]?.bytes).toBe(bytes);
      }),
      { numRuns: 150 },
    );
  });

  it("remembers a bounded number of names and points in time", async () => {
    const lines = Array.from({ length: 6000 }, (_, index) =>
      JSON.stringify({
        time: at + index * 5000,
        pid: index,
        msg: `connect ECONNREFUSED redis-${index}.local:6379`,
      }),
    );
    const { logs } = await examine(lines.join("\n"));
    expect(logs.symptoms[0]?.count).toBe(6000);
    expect(logs.hosts.length).toBeLessThanOrEqual(50);
    expect(logs.timeline.series.refused?.length).toBeLessThanOrEqual(2048);
    expect(logs.timeline.stepMs).toBeGreaterThan(1000);
  });
});
