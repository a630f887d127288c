import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recognize } from "./recognize.ts";

const idOf = (text: string): string | undefined => recognize(text)?.symptom;

describe("recognize", () => {
  it("says whose failure it is, where, and how sure that is", () => {
    expect(
      recognize(
        "redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.",
      ),
    ).toEqual({
      symptom: "refused",
      symptoms: ["refused"],
      client: "redis-py",
      host: "cache",
      port: 6379,
      confidence: "high",
    });
    expect(recognize("dial tcp 10.0.0.3:6379: connect: connection refused")?.confidence).toBe(
      "medium",
    );
    expect(recognize("redis: giving up")?.confidence).toBe("low");
  });

  it.each([
    [
      "a host name",
      "Error connecting to Redis on cache.internal:6380 (Errno::ECONNREFUSED)",
      "cache.internal",
      6380,
    ],
    [
      "the remote end",
      "redis: read tcp 10.0.0.1:40001->10.0.0.2:6379: i/o timeout",
      "10.0.0.2",
      6379,
    ],
    ["an IPv6 address", "redis: dial tcp [::1]:6379: connect: connection refused", "::1", 6379],
    [
      "a URL",
      "Cannot connect to redis://user:secret@cache:6381/0: connection refused",
      "cache",
      6381,
    ],
    [
      "host/address",
      "Unable to connect to Redis server: cache/10.0.0.2:6379 Connection refused: cache/10.0.0.2:6379",
      "cache",
      6379,
    ],
    [
      "Node's fields",
      "redis error {\n  code: 'ECONNREFUSED',\n  address: '10.0.0.2',\n  port: 7777\n}",
      "10.0.0.2",
      7777,
    ],
    ["a tuple", "redis: [Errno 111] Connect call failed ('10.0.0.2', 6379)", "10.0.0.2", 6379],
    ["a mask", "Error 111 connecting to <host>:6379. Connection refused.", "<host>", 6379],
    [
      "a name that is not found",
      "[ioredis] Error: getaddrinfo ENOTFOUND cache.internal",
      "cache.internal",
      undefined,
    ],
  ])("reads the address: %s", (_, text, host, port) => {
    const found = recognize(text);
    expect([found?.host, found?.port]).toEqual([host, port]);
  });

  it("takes no place in the source, time or password for an address", () => {
    const found = recognize(
      "12:30:45 ioredis Error: read ECONNRESET\n at x (/app/index.js:123:4)\n at node:net:1611:16",
    );
    expect(found).toMatchObject({ symptom: "reset" });
    expect(found).not.toHaveProperty("host");
    const url = recognize("Cannot connect to redis://:hunter2@cache:6379/0: connection refused");
    expect(JSON.stringify(url)).not.toContain("hunter2");
  });

  it("names the root first, and what else the text says after it", () => {
    expect(
      recognize(
        "JedisConnectionException: Could not get a resource from the pool\nCaused by: java.net.ConnectException: Connection refused",
      )?.symptoms,
    ).toEqual(["refused", "pool-exhausted"]);
    expect(
      recognize(
        "Error: All sentinels are unreachable. Retrying from scratch after 10ms. Last error: connect ECONNREFUSED 10.0.0.1:26379",
      )?.symptoms,
    ).toEqual(["refused", "sentinel"]);
    expect(
      recognize(
        "Error: All sentinels are unreachable and retry is disabled. Last error: Connection is closed.",
      )?.symptom,
    ).toBe("sentinel");
  });

  it.each([
    ["connect ETIMEDOUT 10.0.0.1:6379", "connect-timeout"],
    ["redis: Error: read ETIMEDOUT", "command-timeout"],
    ["redis: dial tcp 10.0.0.1:6379: i/o timeout", "connect-timeout"],
    ["redis: read tcp 10.0.0.2:4->10.0.0.1:6379: i/o timeout", "command-timeout"],
    ["redis: dial tcp: lookup cache on 10.0.0.1:53: i/o timeout", "dns"],
    ["Error while reading from socket: (110, 'Connection timed out')", "command-timeout"],
    ["Redis::TimeoutError: Connection timed out", "command-timeout"],
    [
      "Redis::CannotConnectError: Error connecting to Redis on a:6379 (Redis::TimeoutError)",
      "connect-timeout",
    ],
    ["sidekiq: Waited 1 sec", "pool-exhausted"],
    ["sidekiq: Waited 1 seconds", "command-timeout"],
  ])("tells apart what differs by a phase: %s", (text, expected) => {
    expect(idOf(text)).toBe(expected);
  });

  it.each([
    ["Linux", "[Errno 111] ?"],
    ["macOS", "[Errno 61] ?"],
    ["Windows", "[WinError 10061] 由于目标计算机积极拒绝，无法连接。"],
    ["Rust", "(os error 111)"],
    ["libuv", "errno: -111"],
  ])("trusts the number where the sentence is in another language: %s", (_, number) => {
    expect(idOf(`redis connection error: ${number}`)).toBe("refused");
  });

  const line = "[ioredis] Unhandled error event: Error: connect ECONNREFUSED 127.0.0.1:6379";
  it.each([
    ["colours", `\u001b[31m${line.replace("connect ", "\u001b[1mconnect \u001b[22m")}\u001b[39m`],
    ["JSON", JSON.stringify({ level: "error", message: `${line}\n    at x` })],
    ["JSON in JSON", JSON.stringify({ log: JSON.stringify({ message: `${line}\n at x` }) })],
    ["escaped colours", JSON.stringify({ message: `\u001b[31m${line}\u001b[0m` })],
    ["a container's prefix", `api-1  | ${line}`],
    ["syslog", `<11>Mar  3 03:03:03 web-1 api[42]: ${line}`],
    ["a broken line", line.replace("connect ", "connect\r\n   ")],
    ["the end missing", line.slice(0, 60)],
    ["shouting", line.toUpperCase()],
  ])("sees through %s", (_, text) => {
    expect(idOf(text)).toBe("refused");
  });

  it("sees through typographic and escaped apostrophes", () => {
    const text = "READONLY You can't write against a read only replica.";
    for (const quote of ["\u2019", "\\u0027", "\\u2019", "\\'"]) {
      expect(idOf(text.replace("'", quote))).toBe("readonly");
    }
  });

  it.each([
    "connected to redis",
    "Error: connect ECONNREFUSED 127.0.0.1:5432",
    "axios: read ECONNRESET",
    "consumer: Cannot connect to amqp://rabbit:5672//: [Errno 111] Connection refused.",
    "1:M 01 Jan 2024 00:00:00.000 * Background saving terminated with success",
    "at Redis.get (/app/node_modules/ioredis/built/Redis.js:1:1)",
    'File "/srv/redis-metrics/push.py", line 3\nrequests.exceptions.ConnectionError: [Errno 111] Connection refused',
    "",
  ])("leaves alone what is no failure of Redis: %s", (text) => {
    expect(recognize(text)).toBeUndefined();
  });

  it("answers for any text", () => {
    const awkward = [
      "\ud800 connection refused redis \udfff",
      "\0\u0001redis ECONNRESET",
      "İ".repeat(99),
    ];
    for (const text of awkward) expect(() => recognize(text)).not.toThrow();
    const words = fc.constantFrom(
      "redis",
      " ",
      "\n",
      "\\n",
      "Error 111 connecting",
      "timed out",
      ":6379",
      "(",
      "\\u00",
      "\u001b[",
      "->",
      "[",
      "MOVED 1 ",
      "{",
      "'",
      "errno ",
    );
    const texts = fc.array(fc.oneof(words, fc.string({ unit: "binary", maxLength: 5 })), {
      maxLength: 60,
    });
    void fc.assert(
      fc.property(texts, (parts) => {
        const found = recognize(parts.join(""));
        expect(found === undefined || found.symptoms[0] === found.symptom).toBe(true);
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  // Each repeats what a scanner could be made to go over again and again.
  it.each([
    "connection ",
    "redis connection to ",
    "error 111 connecting to a:1 ",
    "timed out ",
    "a.",
    "[",
    "\\u001b[",
    "\\n",
    "error while reading from ",
    "(1, 'x' ",
    "errno ",
    "redis:6379 econnrefused\n",
    "failed opening ",
    " ",
    "dial tcp: lookup ",
    "host=a ",
  ])(
    "takes time in proportion to the length: %j over and over",
    (unit) => {
      const time = (length: number): number => {
        const text = `redis: connection refused ${unit.repeat(Math.ceil(length / unit.length))}`;
        let best = Number.POSITIVE_INFINITY;
        for (let run = 0; run < 5; run++) {
          // Of the processor, so that other work on the machine does not count.
          const before = process.cpuUsage();
          recognize(text);
          const { user, system } = process.cpuUsage(before);
          best = Math.min(best, (user + system) / 1_000);
        }
        return best;
      };
      time(50_000);
      // Quadratic time would be 256 times as long; the floor keeps a busy machine's jitter out.
      expect(time(1_600_000)).toBeLessThan(100 * Math.max(time(100_000), 2));
    },
    60_000,
  );

  it("finds what stands at the end of a very long line", () => {
    expect(idOf(`${"x".repeat(10_000_000)} redis: connection refused`)).toBe("refused");
  });
});
