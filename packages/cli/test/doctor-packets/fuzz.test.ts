import { seededRandom } from "@holdfast/testbed";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Examination } from "../../src/doctor/packets/examination.ts";
import { linkTypes } from "../../src/doctor/packets/file/link-types.ts";
import { Assembler, HeldBudget } from "../../src/doctor/packets/resp/assembler.ts";
import { Conversation } from "../../src/doctor/packets/resp/conversation.ts";
import { MessageReader } from "../../src/doctor/packets/resp/message-reader.ts";
import { Segment } from "../../src/doctor/packets/wire/segment.ts";
import { pcapngOf, pcapOf } from "./support/capture-writer.ts";
import { bytesOf, request } from "./support/dialogue.ts";
import { examineBytes } from "./support/examine.ts";
import { wildTraffic } from "./support/wild-traffic.ts";

it("survives captures of which any bytes were changed, and repeats itself", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 1, max: 200 }),
      fc.boolean(),
      async (seed, changes, isPcapng) => {
        const random = seededRandom(seed);
        const packets = wildTraffic(seed, 15);
        const bytes = isPcapng ? pcapngOf(packets) : pcapOf(packets);
        for (let count = 0; count < changes; count++) {
          // The file's own header stays, or there would be nothing to read.
          const at = 24 + Math.floor(random() * (bytes.length - 24));
          bytes[at] = Math.floor(random() * 256);
        }
        const cut = bytes.subarray(0, Math.floor(bytes.length * (0.5 + random() / 2)));
        const first = await examineBytes(cut);
        const second = await examineBytes(cut);
        const { files: _, ...pcap } = first.pcap;
        expect(second.pcap).toMatchObject(pcap);
        expect(first.pcap.packets).toBeLessThanOrEqual(packets.length + changes);
      },
    ),
    { numRuns: 60 },
  );
});

it("survives any bytes as a packet of any link type", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(linkTypes), 147),
      fc.array(fc.uint8Array({ maxLength: 120 }), { maxLength: 20 }),
      (linkType, frames) => {
        const examination = new Examination([6379]);
        examination.beginFile("any");
        for (const frame of frames) {
          examination.packet(frame, 0, frame.length, frame.length, linkType, 1, 1);
        }
        examination.endFile();
        expect(examination.totals.packets).toBe(frames.length);
      },
    ),
    { numRuns: 300 },
  );
});

it("reads the same messages in whatever pieces they come", () => {
  const messages = [
    "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n",
    "*3\r\n$3\r\nset\r\n$1\r\nk\r\n$0\r\n\r\n",
    "PING\r\n",
    "*1\r\n$4\r\nINFO\r\n",
  ].map(bytesOf);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...messages), { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 200 }),
      (parts, sizes) => {
        let count = 0;
        const reader = new MessageReader({ message: () => count++ }, true);
        const whole = Buffer.concat(parts);
        for (let at = 0, index = 0; at < whole.length; index++) {
          const end = Math.min(whole.length, at + (sizes[index % sizes.length] as number));
          reader.read(whole, at, end, 0, 0);
          at = end;
        }
        expect([count, reader.isLost, reader.isInside]).toEqual([parts.length, false, false]);
      },
    ),
  );
});

it("reads every reply of RESP 3 as one message", () => {
  const replies = [
    "+OK\r\n",
    "-ERR no\r\n",
    ":1\r\n",
    "$-1\r\n",
    "*-1\r\n",
    "*0\r\n",
    "_\r\n",
    "#t\r\n",
    ",1.5\r\n",
    "(123\r\n",
    "=7\r\ntxt:abc\r\n",
    "!5\r\nERR a\r\n",
    "%2\r\n+a\r\n:1\r\n+b\r\n*2\r\n:1\r\n$1\r\nx\r\n",
    "~2\r\n+a\r\n+b\r\n",
    "|1\r\n+ttl\r\n:3\r\n*1\r\n:1\r\n",
    "*2\r\n*2\r\n:1\r\n:2\r\n*0\r\n",
  ];
  for (const reply of replies) {
    let count = 0;
    const reader = new MessageReader({ message: () => count++ }, false);
    const bytes = bytesOf(reply);
    reader.read(bytes, 0, bytes.length, 0, 0);
    expect([reply, count, reader.isLost]).toEqual([reply, 1, false]);
  }
});

it("reads an error that a short snap length cuts, and is lost behind it", () => {
  let count = 0;
  const reader = new MessageReader({ message: () => count++ }, false);
  const bytes = bytesOf("-MISCONF Redis is configured to save");
  reader.read(bytes, 0, bytes.length, 0, 0);
  reader.skip(200);
  expect([count, reader.isLost]).toEqual([1, true]);
  expect(Buffer.from(reader.error.subarray(0, 7)).toString()).toBe("MISCONF");
});

it("puts segments into order, each byte once, whatever is repeated or missing", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const random = seededRandom(seed);
      const whole = Buffer.concat(
        Array.from({ length: 10 }, () => request("SET", "key", "v".repeat(random() * 50))),
      );
      let count = 0;
      const reader = new MessageReader({ message: () => count++ }, true);
      const assembler = new Assembler(reader, new HeldBudget());
      const start = Math.floor(random() * 2 ** 32) | 0;
      assembler.begin(start);
      const pieces: [number, number][] = [];
      for (let at = 0; at < whole.length; ) {
        const end = Math.min(whole.length, at + 1 + Math.floor(random() * 60));
        pieces.push([at, end]);
        if (random() < 0.2) pieces.push([Math.max(0, at - 9), end]);
        at = end;
      }
      for (let index = pieces.length - 1; index > 0; index--) {
        const other = Math.max(0, index - Math.floor(random() * 4));
        [pieces[index], pieces[other]] = [
          pieces[other] as [number, number],
          pieces[index] as [number, number],
        ];
      }
      for (const [from, to] of pieces) assembler.take(segmentOf(whole, from, to, start));
      expect([seed, count, assembler.gaps]).toEqual([seed, 10, 0]);
    }),
  );
});

it("keeps a bounded amount of what is out of order, and of requests without replies", () => {
  const budget = new HeldBudget();
  const listener = { requested() {}, replied() {}, pushed() {}, failed() {}, lost() {} };
  let most = 0;
  const conversation = new Conversation(listener, budget);
  conversation.clientBegins(0);
  const payload = request("GET", "k".repeat(900));
  for (let index = 0; index < 50_000; index++) {
    const segment = segmentOf(payload, 0, payload.length, 0);
    // The first byte never comes until half of all is there.
    segment.sequence = (index < 25_000 ? 1 : 0) + index * payload.length;
    conversation.fromClient(segment);
    most = Math.max(most, budget.bytes);
    expect(conversation.pending.length).toBeLessThanOrEqual(16_384);
  }
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(128 * 1024);
  conversation.close();
  expect(budget.bytes).toBe(0);
});

function segmentOf(bytes: Uint8Array, from: number, to: number, start: number): Segment {
  const segment = new Segment();
  segment.bytes = bytes;
  segment.payloadStart = from;
  segment.payloadEnd = to;
  segment.payloadLength = to - from;
  segment.sequence = (start + from) | 0;
  return segment;
}
