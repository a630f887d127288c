import type { TestedKind } from "./versions.ts";
import { isNodeRedis } from "./versions.ts";

/** Any client: the shapes call methods that only one library or version has. */
// biome-ignore lint/suspicious/noExplicitAny: the differential test is about what is untyped, too.
export type AnyClient = Record<string, any>;

export type Shape = readonly [name: string, run: (client: AnyClient) => unknown];

/** Every shape in which a client of this kind takes commands, errors included. */
export function shapesOf(kind: TestedKind): Shape[] {
  return isNodeRedis(kind) ? nodeRedisShapes(kind) : [...ioredisShapes];
}

async function collected(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const item of items) seen.push(item);
  return seen.flat().map(String).sort();
}

function nodeRedisShapes(kind: TestedKind): Shape[] {
  const shapes: Shape[] = [
    ["typed commands", async (c) => [await c.set("k", "v"), await c.get("k"), await c.get("none")]],
    [
      "raw commands",
      async (c) => [await c.sendCommand(["SET", "k", "v"]), await c.sendCommand(["GET", "k"])],
    ],
    ["hashes", async (c) => [await c.hSet("h", { a: "1", b: "2" }), await c.hGetAll("h")]],
    [
      "buffers",
      (c) =>
        c
          .withTypeMapping({ 36: Buffer })
          .set("k", Buffer.from([0, 255]))
          .then(() => c.withTypeMapping({ 36: Buffer }).get("k")),
    ],
    ["a transaction", (c) => c.multi().set("k", "1").incr("k").get("k").exec()],
    ["an empty transaction", (c) => c.multi().exec()],
    [
      "a transaction with a failing command",
      (c) => c.multi().set("k", "x").incr("k").get("k").exec(),
    ],
    ["a transaction that is refused", (c) => c.multi().addCommand(["NOSUCH"]).get("k").exec()],
    ["a transaction as a pipeline", (c) => c.multi().set("k", "1").incr("k").execAsPipeline()],
    [
      "a pipeline with a failing command",
      (c) => c.multi().set("k", "x").incr("k").execAsPipeline(),
    ],
    ["a script by its name", async (c) => [await c.double("n"), await c.double("n")]],
    [
      "EVAL and EVALSHA",
      async (c) => [
        await c.eval("return ARGV[1]", { arguments: ["a"] }),
        await c.evalSha("0".repeat(40)).catch((e: Error) => e),
      ],
    ],
    [
      "functions",
      async (c) => [
        await c.functionLoad("#!lua name=l\nredis.register_function('f', function() return 7 end)"),
        await c.fCall("f", { keys: [], arguments: [] }),
      ],
    ],
    [
      "a scan",
      async (c) => {
        for (let index = 0; index < 30; index++) await c.set(`k:${index}`, "v");
        return collected(c.scanIterator({ MATCH: "k:*", COUNT: 5 }));
      },
    ],
    [
      "streams",
      async (c) => [
        await c.xAdd("s", "1-1", { a: "1" }),
        await c.xRead({ key: "s", id: "0" }),
        await c.xLen("s"),
      ],
    ],
    ["a blocking read that has its time", (c) => c.blPop("none", 0.1)],
    [
      "a blocking read that is answered",
      async (c) => [await c.rPush("q", "v"), await c.blPop("q", 1)],
    ],
    [
      "an optimistic lock that holds",
      async (c) => [await c.watch("k"), await c.multi().set("k", "1").exec()],
    ],
    [
      "an optimistic lock that is broken",
      async (c) => {
        await c.watch("k");
        const other = await c.duplicate().connect();
        await other.set("k", "other");
        await other.close();
        return c.multi().set("k", "1").exec();
      },
    ],
    [
      "publishing and subscribing",
      async (c) => {
        const listener = c.duplicate();
        await listener.connect();
        const heard = new Promise((resolve) =>
          listener.subscribe("news", (...values: unknown[]) => resolve(values)),
        );
        await listener.pSubscribe("n*", () => {});
        await c.publish("news", "hello");
        const values = await heard;
        const ended = [await listener.unsubscribe("news"), await listener.pUnsubscribe()];
        await listener.close();
        return [values, ended];
      },
    ],
    ["WRONGTYPE", async (c) => [await c.set("k", "v"), await c.lPush("k", "v")]],
    ["a syntax error", (c) => c.sendCommand(["SET", "k"])],
    ["an unknown command", (c) => c.sendCommand(["NOSUCH"])],
    ["an argument of a wrong type", (c) => c.set("k", { not: "a string" })],
    ["an aborted command", (c) => c.withAbortSignal(AbortSignal.abort()).get("k")],
    ["another database", async (c) => [await c.select(3), await c.set("k", "v"), await c.get("k")]],
    ["connecting twice", (c) => c.connect()],
    ["a closed client", async (c) => [await c.close(), await c.get("k")]],
    ["a destroyed client", async (c) => [c.destroy(), await c.get("k")]],
    [
      "legacy callbacks",
      (c) =>
        new Promise((resolve) =>
          c.legacy().set("k", "v", (...values: unknown[]) => resolve(values)),
        ),
    ],
    ["a reset", async (c) => [await c.reset(), await c.get("k")]],
  ];
  if (kind === "node-redis 6") {
    shapes.push([
      "a client-side cache",
      async (c) => {
        const cached = c.duplicate({ RESP: 3, clientSideCache: { ttl: 0, maxEntries: 10 } });
        await cached.connect();
        await c.set("k", "1");
        const values = [await cached.get("k"), await cached.get("k")];
        await cached.close();
        return values;
      },
    ]);
  }
  return shapes;
}

const ioredisShapes: readonly Shape[] = [
  ["typed commands", async (c) => [await c.set("k", "v"), await c.get("k"), await c.get("none")]],
  ["raw commands", async (c) => [await c.call("SET", "k", "v"), await c.call("GET", "k")]],
  ["hashes", async (c) => [await c.hset("h", { a: 1, b: 2 }), await c.hgetall("h")]],
  ["buffers", async (c) => [await c.set("k", Buffer.from([0, 255])), await c.getBuffer("k")]],
  [
    "callbacks",
    (c) => new Promise((resolve) => c.set("k", "v", (...values: unknown[]) => resolve(values))),
  ],
  [
    "callbacks with an error",
    (c) => new Promise((resolve) => c.call("NOSUCH", (...values: unknown[]) => resolve(values))),
  ],
  ["a pipeline", (c) => c.pipeline().set("k", "1").incr("k").get("k").exec()],
  [
    "a pipeline of a list",
    (c) =>
      c
        .pipeline([
          ["set", "k", "1"],
          ["incr", "k"],
        ])
        .exec(),
  ],
  ["an empty pipeline", (c) => c.pipeline().exec()],
  [
    "a pipeline with a failing command",
    (c) => c.pipeline().set("k", "x").incr("k").get("k").exec(),
  ],
  [
    "callbacks within a pipeline",
    async (c) => {
      const seen: unknown[] = [];
      const note = (...values: unknown[]) => seen.push(values);
      const result = await c.pipeline().set("k", "x", note).incr("k", note).exec();
      return [seen, result];
    },
  ],
  [
    "a callback of exec",
    (c) =>
      new Promise((resolve) =>
        c
          .pipeline()
          .get("k")
          .exec((...values: unknown[]) => resolve(values)),
      ),
  ],
  ["a transaction", (c) => c.multi().set("k", "1").incr("k").get("k").exec()],
  ["an empty transaction", (c) => c.multi().exec()],
  [
    "a transaction of a list",
    (c) =>
      c
        .multi([
          ["set", "k", "1"],
          ["get", "k"],
        ])
        .exec(),
  ],
  ["a transaction with a failing command", (c) => c.multi().set("k", "x").incr("k").exec()],
  ["a transaction that is refused", (c) => c.multi().call("NOSUCH").get("k").exec()],
  [
    "a transaction without a pipeline",
    async (c) => [await c.multi({ pipeline: false }), await c.set("k", "1"), await c.exec()],
  ],
  [
    "a transaction within a pipeline",
    (c) => c.pipeline().get("k").multi().set("k", "1").exec().get("k").exec(),
  ],
  [
    "autopipelining",
    async (c) => {
      const auto = c.duplicate({ enableAutoPipelining: true });
      await auto.connect();
      const values = await Promise.all([
        auto.set("k", "1"),
        auto.get("k"),
        auto.incr("k"),
        auto.lpush("k", "x").catch((e: Error) => e),
      ]);
      auto.disconnect();
      return values;
    },
  ],
  ["a script by its name", async (c) => [await c.double("n", 2), await c.double("n", 2)]],
  [
    "a defined command",
    async (c) => {
      c.defineCommand("triple", {
        numberOfKeys: 1,
        lua: "return redis.call('INCRBY', KEYS[1], 3)",
      });
      return [await c.triple("n"), await c.pipeline().triple("n").exec()];
    },
  ],
  [
    "EVAL and EVALSHA",
    async (c) => [
      await c.eval("return ARGV[1]", 0, "a"),
      await c.evalsha("0".repeat(40), 0).catch((e: Error) => e),
    ],
  ],
  [
    "functions",
    async (c) => [
      await c.call(
        "FUNCTION",
        "LOAD",
        "#!lua name=l\nredis.register_function('f', function() return 7 end)",
      ),
      await c.call("FCALL", "f", "0"),
    ],
  ],
  [
    "a scan stream",
    async (c) => {
      for (let index = 0; index < 30; index++) await c.set(`k:${index}`, "v");
      return collected(c.scanStream({ match: "k:*", count: 5 }));
    },
  ],
  [
    "streams",
    async (c) => [
      await c.xadd("s", "1-1", "a", "1"),
      await c.xread("STREAMS", "s", "0"),
      await c.xlen("s"),
    ],
  ],
  ["a blocking read that has its time", (c) => c.blpop("none", 0.1)],
  [
    "a blocking read that is answered",
    async (c) => [await c.rpush("q", "v"), await c.blpop("q", 1)],
  ],
  [
    "an optimistic lock that is broken",
    async (c) => {
      await c.watch("k");
      const other = c.duplicate();
      await other.set("k", "other");
      other.disconnect();
      return c.multi().set("k", "1").exec();
    },
  ],
  [
    "publishing and subscribing",
    async (c) => {
      const listener = c.duplicate();
      const heard = new Promise((resolve) =>
        listener.on("message", (...values: unknown[]) => resolve(values)),
      );
      const counts = [await listener.subscribe("news", "olds"), await listener.psubscribe("n*")];
      await c.publish("news", "hello");
      const values = await heard;
      const refused = await listener.get("k").catch((e: Error) => e.message);
      counts.push(await listener.unsubscribe("news"), await listener.punsubscribe("n*"));
      listener.disconnect();
      return [counts, values, typeof refused];
    },
  ],
  ["WRONGTYPE", async (c) => [await c.set("k", "v"), await c.lpush("k", "v")]],
  ["a syntax error", (c) => c.call("SET", "k")],
  ["an unknown command", (c) => c.call("NOSUCH")],
  ["another database", async (c) => [await c.select(3), await c.set("k", "v"), await c.get("k")]],
  ["connecting twice", (c) => c.connect()],
  [
    "a closed client",
    async (c) => [
      await c.quit(),
      await new Promise((resolve) => setTimeout(resolve, 50)),
      await c.get("k"),
    ],
  ],
];
