/*
 * The worst that a capture can do to memory: ever new connections that all stay open, each with
 * requests that nobody answers and with a segment that waits for the one before it.
 */
import { closeSync, openSync, writeSync } from "node:fs";

const request = "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n".repeat(8);
const server = 0x0a000002;

/** Writes five packets for each connection and returns how many that are. */
export function generateConnections(file, connections) {
  const handle = openSync(file, "w");
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262144, 16);
  header.writeUInt32LE(1, 20);
  writeSync(handle, header);
  let microseconds = 0;
  for (let index = 0; index < connections; index++) {
    const client = 0x0b000000 + (index >>> 4);
    const port = 1024 + (index & 0xfff);
    const end = 101 + request.length;
    writeSync(
      handle,
      Buffer.concat([
        packet(client, port, true, 100, 0, 2, ""),
        packet(client, port, false, 500, 101, 18, ""),
        packet(client, port, true, 101, 501, 24, request),
        packet(client, port, true, end + 10, 501, 24, "x".repeat(1000)),
        packet(client, port, false, 501, end, 16, ""),
      ]),
    );
  }
  closeSync(handle);
  return connections * 5;

  function packet(client, port, toServer, sequence, acknowledgement, flags, payload) {
    microseconds += 3;
    const bytes = Buffer.alloc(70 + payload.length);
    bytes.writeUInt32LE(1_790_000_000 + Math.floor(microseconds / 1e6), 0);
    bytes.writeUInt32LE(microseconds % 1e6, 4);
    bytes.writeUInt32LE(54 + payload.length, 8);
    bytes.writeUInt32LE(54 + payload.length, 12);
    bytes.writeUInt16BE(0x0800, 28);
    bytes[30] = 0x45;
    bytes.writeUInt16BE(40 + payload.length, 32);
    bytes[38] = 64;
    bytes[39] = 6;
    bytes.writeUInt32BE(toServer ? client : server, 42);
    bytes.writeUInt32BE(toServer ? server : client, 46);
    bytes.writeUInt16BE(toServer ? port : 6379, 50);
    bytes.writeUInt16BE(toServer ? 6379 : port, 52);
    bytes.writeUInt32BE(sequence, 54);
    bytes.writeUInt32BE(acknowledgement, 58);
    bytes[62] = 0x50;
    bytes[63] = flags;
    bytes.writeUInt16BE(501, 64);
    bytes.write(payload, 70, "latin1");
    return bytes;
  }
}
