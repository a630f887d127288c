import { describe, expect, it } from "vitest";
import { inReads, RecordingSink, whole } from "../../../test/support/recording-sink.ts";
import type { ReplyEffect, ReplyEffectFactory } from "../reply-effect.ts";
import { dropReplies } from "./drop-replies.ts";
import { resetMidReply } from "./reset-mid-reply.ts";
import { swapReplies } from "./swap-replies.ts";
import { truncate } from "./truncate.ts";

function start(factory: ReplyEffectFactory): { effect: ReplyEffect; sink: RecordingSink } {
  const sink = new RecordingSink();
  return { effect: factory(sink), sink };
}

describe("resetMidReply", () => {
  it("passes half of the chosen reply and resets", () => {
    const { effect, sink } = start(resetMidReply({ every: 2 }));
    effect.accept(whole("+PONG\r\n"));
    effect.accept(whole("+PONG\r\n"));
    expect(sink.events).toEqual(["+PONG\r\n", "+PO", "RST"]);
  });

  it("counts over all connections of the proxy", () => {
    const factory = resetMidReply({ every: 3 });
    const [one, two] = [start(factory), start(factory)];
    one.effect.accept(whole(":1\r\n"));
    two.effect.accept(whole(":2\r\n"));
    one.effect.accept(whole(":3\r\n"));
    expect(one.sink.events).toEqual([":1\r\n", ":3", "RST"]);
    expect(two.sink.events).toEqual([":2\r\n"]);
  });

  it("passes as many bytes as it is told, over several reads", () => {
    const { effect, sink } = start(resetMidReply({ every: 1, afterBytes: 7 }));
    for (const piece of inReads("$10\r\n", "01234", "56789\r\n")) effect.accept(piece);
    expect(sink.events.slice(0, 3)).toEqual(["$10\r\n", "01", "RST"]);
  });

  it("never passes the whole reply", () => {
    const { effect, sink } = start(resetMidReply({ every: 1, afterBytes: 1_000 }));
    effect.accept(whole(":1\r\n"));
    expect(sink.events).toEqual([":1\r", "RST"]);
  });

  it("lets a reply pass that had begun before", () => {
    const { effect, sink } = start(resetMidReply({ every: 1 }));
    effect.accept({ bytes: Buffer.from("cd\r\n"), first: false, last: true });
    expect(sink.events).toEqual(["cd\r\n"]);
  });

  it("takes replies with about the given probability, the same ones for the same seed", () => {
    const taken = (seed: number): number[] => {
      const factory = resetMidReply({ probability: 0.1, seed });
      const indices: number[] = [];
      for (let index = 0; index < 2_000; index++) {
        const { effect, sink } = start(factory);
        effect.accept(whole("+PONG\r\n"));
        if (sink.events.includes("RST")) indices.push(index);
      }
      return indices;
    };
    expect(taken(1)).toEqual(taken(1));
    expect(taken(1)).not.toEqual(taken(2));
    expect(taken(1).length).toBeGreaterThan(120);
    expect(taken(1).length).toBeLessThan(280);
  });

  it.each([
    {},
    { every: 1, probability: 1 },
    { every: 0 },
    { probability: 1.1 },
    { every: 1, afterBytes: 0 },
  ])("refuses %j", (options) => {
    expect(() => resetMidReply(options)).toThrow(expect.objectContaining({ code: "OPTIONS" }));
  });
});

describe("truncate", () => {
  it("ends the connection in order after so many bytes", () => {
    const { effect, sink } = start(truncate({ afterBytes: 7 }));
    for (const text of ["+OK\r\n", "+OK\r\n", "+OK\r\n"]) effect.accept(whole(text));
    effect.end();
    expect(sink.events).toEqual(["+OK\r\n", "+O", "FIN"]);
  });

  it("can end it before the first byte", () => {
    const { effect, sink } = start(truncate({ afterBytes: 0 }));
    effect.accept(whole("+OK\r\n"));
    expect(sink.events).toEqual(["FIN"]);
  });
});

describe("dropReplies", () => {
  it("resets in place of the chosen reply", () => {
    const { effect, sink } = start(dropReplies({ every: 2 }));
    effect.accept(whole(":1\r\n"));
    effect.accept(whole(":2\r\n"));
    expect(sink.events).toEqual([":1\r\n", "RST"]);
  });

  it("falls silent for good, so that no later reply goes to the wrong command", () => {
    const { effect, sink } = start(dropReplies({ every: 2, instead: "silence" }));
    for (const text of [":1\r\n", ":2\r\n", ":3\r\n", ":4\r\n"]) effect.accept(whole(text));
    effect.end();
    expect(sink.events).toEqual([":1\r\n"]);
    effect.release();
    expect(sink.events).toEqual([":1\r\n", "RST"]);
  });

  it("leaves a connection alone that has lost nothing", () => {
    const { effect, sink } = start(dropReplies({ every: 2, instead: "silence" }));
    effect.accept(whole(":1\r\n"));
    effect.release();
    effect.end();
    expect(sink.events).toEqual([":1\r\n", "FIN"]);
  });
});

describe("swapReplies", () => {
  const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;

  it("gives each value to the command after the one that asked for it", () => {
    const { effect, sink } = start(swapReplies());
    for (const text of ["a", "b", "c"]) effect.accept(whole(bulk(text)));
    expect(sink.events).toEqual([bulk("a"), bulk("a"), bulk("b")]);
  });

  it("leaves other kinds of replies where they belong", () => {
    const { effect, sink } = start(swapReplies());
    for (const text of [bulk("a"), "+OK\r\n", bulk("b"), ":1\r\n"]) effect.accept(whole(text));
    expect(sink.events).toEqual([bulk("a"), "+OK\r\n", bulk("a"), ":1\r\n"]);
  });

  it("is in step again when it is over", () => {
    const { effect, sink } = start(swapReplies());
    effect.accept(whole(bulk("a")));
    const [head, tail] = inReads("$4\r\nbb", "bb\r\n");
    if (head === undefined || tail === undefined) throw new Error("two parts");
    effect.accept(head);
    effect.release();
    expect(sink.text).toBe(`${bulk("a")}$4\r\nbb`);
  });

  it("passes a value on that is too long to be kept", () => {
    const { effect, sink } = start(swapReplies());
    effect.accept(whole(bulk("a")));
    const long = "x".repeat(1_048_576);
    effect.accept({ bytes: Buffer.from(`$1048577\r\n${long}`), first: true, last: false });
    effect.accept({ bytes: Buffer.from("x\r\n"), first: false, last: true });
    expect(sink.text).toBe(`${bulk("a")}$1048577\r\n${long}x\r\n`);
  });
});
