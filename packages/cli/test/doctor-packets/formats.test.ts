import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { examinePackets } from "../../src/doctor/packets/index.ts";
import { type LinkLayer, pcapngOf, pcapOf } from "./support/capture-writer.ts";
import { Dialogue, request } from "./support/dialogue.ts";
import { captureFile, examineBytes } from "./support/examine.ts";

const ipv6 = {
  client: { address: "2001:db8:0:0:0:0:0:1", port: 40000 },
  server: { address: "2001:db8:0:0:0:0:0:2", port: 6379 },
};

function talk(endpoints?: typeof ipv6): Dialogue {
  const dialogue = new Dialogue([], endpoints).connect();
  for (let count = 0; count < 10; count++) {
    dialogue.wait(5).ask(request("GET", "some-key"), "$5\r\nvalue\r\n", 1.5);
  }
  return dialogue.wait(1).fin("client").wait(0.1).fin("server");
}

const seen = { packets: 35, tcpPackets: 35, requests: 10, replies: 10, streams: 1, gaps: 0 };

it("reads pcap in both byte orders, in microseconds and nanoseconds", async () => {
  const { packets } = talk();
  for (const bigEndian of [false, true]) {
    for (const nanoseconds of [false, true]) {
      const { pcap } = await examineBytes(pcapOf(packets, { bigEndian, nanoseconds }));
      expect(pcap).toMatchObject(seen);
      expect(pcap.files[0]).toMatchObject({ format: "pcap", linkTypes: ["Ethernet"], notes: [] });
      expect(pcap.commands).toMatchObject([{ command: "GET", count: 10, maxMs: 1.5 }]);
      expect(pcap.firstAt).toBe(1_790_000_000_000);
    }
  }
});

it("reads pcapng with several interfaces, byte orders and resolutions of time", async () => {
  const { packets } = talk();
  const links: LinkLayer[] = ["ethernet", "cooked2", "raw"];
  for (const bigEndian of [false, true]) {
    for (const resolution of [6, 9, 3, 0x80 | 20]) {
      const { pcap } = await examineBytes(pcapngOf(packets, { bigEndian, resolution, links }));
      expect(pcap).toMatchObject(seen);
      expect(pcap.files[0]?.linkTypes).toEqual(["Ethernet", "Linux cooked v2", "raw IP"]);
      // Milliseconds are coarser than a reply is quick.
      const [get] = pcap.commands;
      expect(get?.maxMs).toBeGreaterThanOrEqual(resolution === 3 ? 1 : 1.49);
      expect(get?.maxMs).toBeLessThanOrEqual(resolution === 3 ? 2 : 1.51);
    }
  }
});

it("reads every link layer, with IPv4 and IPv6", async () => {
  const layers: LinkLayer[] = ["ethernet", "vlan", "cooked", "cooked2", "null", "loop", "raw"];
  for (const link of layers) {
    for (const endpoints of [undefined, ipv6]) {
      const report = await examineBytes(pcapOf(talk(endpoints).packets, { link }));
      expect([link, report.pcap]).toMatchObject([link, seen]);
      expect(report.skipped).toEqual([]);
    }
  }
});

it("unpacks gzip, whatever the file's name", async () => {
  const bytes = gzipSync(pcapOf(talk().packets));
  const report = await examinePackets([captureFile(bytes, "capture.bin")]);
  expect(report.pcap).toMatchObject(seen);
  const half = await examineBytes(bytes.subarray(0, bytes.length - 40));
  expect(half.pcap.files[0]).toMatchObject({ truncated: true });
  expect(half.skipped[0]?.reason).toContain("gzip");
});

it("says where a truncated file ends, and reports what came before", async () => {
  const whole = pcapOf(talk().packets);
  const { pcap, skipped, signals } = await examineBytes(whole.subarray(0, whole.length - 7));
  expect(pcap).toMatchObject({ packets: 34, requests: 10 });
  expect(pcap.files[0]?.notes).toEqual(["after frame 34: the file ends in the middle of a packet"]);
  expect(skipped).toHaveLength(1);
  expect(signals.map(({ id }) => id)).toContain("packets.healthy");
});

it("matches requests and replies of which the capture holds only the beginning", async () => {
  const dialogue = new Dialogue().connect();
  const value = "v".repeat(1000);
  for (let count = 0; count < 20; count++) {
    dialogue.wait(1).ask(request("SET", "key", value), "+OK\r\n");
    dialogue.wait(1).ask(request("GET", "key"), `$1000\r\n${value}\r\n`);
  }
  const { pcap } = await examineBytes(pcapOf(dialogue.packets, { snapLength: 128 }));
  expect(pcap).toMatchObject({ requests: 40, replies: 40, gaps: 0 });
  expect(pcap.files[0]?.cutPackets).toBe(40);
});

it("says what is no capture, and goes on with the others", async () => {
  const junk = captureFile(Uint8Array.from({ length: 5000 }, (_, index) => (index * 7) & 255));
  const empty = captureFile(new Uint8Array(0));
  const good = captureFile(pcapOf(talk().packets));
  const { pcap, skipped } = await examinePackets([junk, empty, good]);
  expect(pcap).toMatchObject(seen);
  expect(pcap.files.map(({ format }) => format)).toEqual(["unknown", "unknown", "pcap"]);
  expect(skipped).toEqual([
    {
      id: `pcap ${junk}`,
      reason: "neither pcap nor pcapng: capture with `holdfast capture FILE` or `tcpdump -w FILE`",
    },
    { id: `pcap ${empty}`, reason: "the file is empty" },
  ]);
});

it("says that a link type is unknown", async () => {
  const bytes = pcapOf(talk().packets);
  new DataView(bytes.buffer).setUint32(20, 147, true);
  const { pcap, skipped } = await examineBytes(bytes);
  expect(pcap).toMatchObject({ packets: 35, tcpPackets: 0 });
  expect(pcap.files[0]?.linkTypes).toEqual(["unknown link type 147"]);
  expect(skipped[0]?.reason).toContain("35 packets");
});

it("stops at a record that cannot be one", async () => {
  const bytes = pcapOf(talk().packets);
  // The length of the second record.
  const first = new DataView(bytes.buffer).getUint32(24 + 8, true);
  new DataView(bytes.buffer).setUint32(24 + 16 + first + 8, 0x7fffffff, true);
  const { pcap } = await examineBytes(bytes);
  expect(pcap.packets).toBe(1);
  expect(pcap.files[0]?.notes[0]).toContain("broken from there on");
});

it("throws for a file that is not there, as the command line's exit 3", async () => {
  await expect(examinePackets(["/nonexistent/capture.pcap"])).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining("/nonexistent/capture.pcap"),
  });
});

it("leaves one file that is not there, and examines the others", async () => {
  const { pcap, skipped } = await examinePackets([
    "/nonexistent/capture.pcap",
    captureFile(pcapOf(talk().packets)),
  ]);
  expect(pcap).toMatchObject(seen);
  expect(skipped).toMatchObject([{ id: "pcap /nonexistent/capture.pcap" }]);
});
