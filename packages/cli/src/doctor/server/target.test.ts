import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CommandError } from "../../failure.ts";
import { parseTarget } from "./target.ts";

describe("parseTarget", () => {
  it.each([
    ["redis://h", { addresses: [{ host: "h", port: 6379 }], tls: false, label: "redis://h:6379" }],
    ["h:7000", { addresses: [{ host: "h", port: 7000 }], kind: "server" }],
    ["rediss://h:1/3", { tls: true, database: 3, label: "rediss://h:1/3" }],
    ["redis://h?db=2", { database: 2 }],
    ["redis://[::1]:7/1", { addresses: [{ host: "::1", port: 7 }], label: "redis://[::1]:7/1" }],
    ["redis://u:p@h", { username: "u", password: "p", label: "redis://h:6379" }],
    ["redis://:p@h", { username: undefined, password: "p" }],
    ["redis://:p%40%2F@h", { password: "p@/" }],
    ["redis://:a#b/c@d?e@h:5/1", { password: "a#b/c@d?e", database: 1, label: "redis://h:5/1" }],
    ["redis://:100%@h", { password: "100%" }],
    ["unix:///run/redis.sock?db=4", { path: "/run/redis.sock", database: 4, addresses: [] }],
    ["redis+unix://:p@/run/redis.sock", { path: "/run/redis.sock", password: "p" }],
    ["/run/redis.sock", { path: "/run/redis.sock", label: "unix:///run/redis.sock" }],
  ])("reads %s", (url, expected) => {
    expect(parseTarget(url)).toMatchObject(expected);
  });

  it.each(["redis-sentinel://a,b:1/main/2", "redis+sentinel://a,b:1/2#main"])(
    "reads the Sentinels, the primary's name and the database of %s",
    (url) => {
      expect(parseTarget(url)).toMatchObject({
        kind: "sentinel",
        addresses: [
          { host: "a", port: 26_379 },
          { host: "b", port: 1 },
        ],
        primaryName: "main",
        database: 2,
      });
    },
  );

  it.each(["http://h", "redis://h:0", "redis://h:65536", "redis://h/x", "redis://a b", "unix://x"])(
    "refuses %s",
    (url) => {
      expect(() => parseTarget(url)).toThrow(CommandError);
    },
  );

  it("shows the password neither in a label nor in an error, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), fc.boolean(), (secret, good) => {
        fc.pre(!"redis://host:6379/ the port is not within 1 to 65535".includes(secret.trim()));
        const url = `redis://user:${encodeURIComponent(secret)}${secret}@host:${good ? 1 : 99999}`;
        let shown: string;
        try {
          shown = parseTarget(url).label;
        } catch (error) {
          shown = (error as Error).message;
        }
        expect(shown).not.toContain(secret);
      }),
    );
  });
});
