import { expect, it } from "vitest";
import { examinePackets } from "../../src/doctor/packets/index.ts";
import { type Packet, pcapOf } from "./support/capture-writer.ts";
import { Dialogue, request } from "./support/dialogue.ts";
import { captureFile, signalOf } from "./support/examine.ts";

function talk(): Packet[] {
  const dialogue = new Dialogue().connect();
  for (let count = 0; count < 100; count++) {
    dialogue.wait(5).ask(request("GET", "key"), "$5\r\nvalue\r\n");
  }
  return dialogue.packets;
}

const isRequest = ({ target, payload }: Packet): boolean =>
  target.port === 6379 && payload.length > 0;
const isReply = ({ source, payload }: Packet): boolean =>
  source.port === 6379 && payload.length > 0;

/** All but every tenth of a kind. */
function without(packets: readonly Packet[], kind: (packet: Packet) => boolean): Packet[] {
  let count = 0;
  return packets.filter((packet) => !kind(packet) || ++count % 10 !== 0);
}

it("says between which ends segments were lost, and finds out which end is whose", async () => {
  const all = talk();
  const client = captureFile(pcapOf(without(all, isReply)), "client.pcap");
  const server = captureFile(pcapOf(without(all, isRequest)), "server.pcap");
  for (const files of [
    [client, server],
    [server, client],
  ]) {
    const report = await examinePackets(files);
    expect(report.pcap.comparison).toEqual({
      files: [client, server],
      streams: 1,
      toServer: { sent: 101, lost: 10 },
      toClient: { sent: 101, lost: 10 },
    });
    const texts = signalOf(report, "packets.retransmissions")?.evidence.map(({ text }) => text);
    expect(texts?.join("\n")).toContain("10 of 101 segments to the server left in");
  }
});

it("compares nothing where the captures have no stream in common", async () => {
  const other = new Dialogue([], { client: { address: "10.0.0.9", port: 50000 } }).connect();
  other.ask(request("PING"), "+PONG\r\n");
  const report = await examinePackets([
    captureFile(pcapOf(talk())),
    captureFile(pcapOf(other.packets)),
  ]);
  expect(report.pcap.comparison).toBeNull();
});

it("finds nothing lost where both ends saw the same", async () => {
  const file = captureFile(pcapOf(talk()));
  const same = captureFile(pcapOf(talk()));
  const { pcap } = await examinePackets([file, same]);
  expect(pcap.comparison).toMatchObject({ toServer: { lost: 0 }, toClient: { lost: 0 } });
});
