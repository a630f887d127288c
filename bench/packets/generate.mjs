/*
 * A capture of Redis traffic from a seed. Fifty connections ask, now and then in pipelines; values
 * are small and sometimes large; one segment in two hundred is lost behind the capture and comes
 * again after 200 ms.
 *
 *   node bench/packets/generate.mjs FILE [packets] [seed]
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const connections = 50;
const chunkBytes = 1 << 20;
const segmentBytes = 1448;

/** Writes the capture and returns how many packets it has. */
export function generate(file, packets, seed) {
  const random = xorshift(seed);
  const handle = openSync(file, "w");
  const out = Buffer.alloc(chunkBytes + 4096);
  let used = 0;
  let written = 0;
  let microseconds = 0;
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262144, 16);
  header.writeUInt32LE(1, 20);
  writeSync(handle, header);

  const streams = Array.from({ length: connections }, (_, index) => ({
    client: { port: 40000 + index, next: 1 + Math.floor(random() * 4e9), received: 0 },
    server: { port: 6379, next: 1 + Math.floor(random() * 4e9), received: 0 },
  }));
  for (const { client, server } of streams) {
    put(client, server, 2, "");
    client.next = (client.next + 1) >>> 0;
    server.received = client.next;
    put(server, client, 18, "");
    server.next = (server.next + 1) >>> 0;
    client.received = server.next;
    put(client, server, 16, "");
  }
  while (written < packets) {
    const { client, server } = streams[Math.floor(random() * connections)];
    microseconds += 5 + Math.floor(random() * 60);
    const count = random() < 0.05 ? 20 : 1;
    let request = "";
    let reply = "";
    for (let index = 0; index < count; index++) {
      const key = `user:${Math.floor(random() * 1e6)}:profile`;
      const value = "v".repeat(random() < 0.05 ? 3000 : 8 + Math.floor(random() * 200));
      if (random() < 0.7) {
        request += command("GET", key);
        reply += random() < 0.1 ? "$-1\r\n" : `$${value.length}\r\n${value}\r\n`;
      } else {
        request += command("SET", key, value, "EX", "60");
        reply += "+OK\r\n";
      }
    }
    send(client, server, request);
    microseconds += 40 + Math.floor(random() * 100);
    send(server, client, reply);
    if (random() < 0.3) put(client, server, 16, "");
  }
  writeSync(handle, out, 0, used);
  closeSync(handle);
  return written;

  function send(own, other, payload) {
    const lost = random() < 0.005;
    if (lost) put(own, other, 24, payload.slice(0, segmentBytes));
    if (lost) microseconds += 200_000;
    for (let at = 0; at < payload.length; at += segmentBytes) {
      const part = payload.slice(at, at + segmentBytes);
      put(own, other, 24, part);
      own.next = (own.next + part.length) >>> 0;
      microseconds += 1;
    }
    other.received = own.next;
  }

  function put(own, other, flags, payload) {
    const length = 54 + payload.length;
    const at = used;
    out.writeUInt32LE(1_790_000_000 + Math.floor(microseconds / 1e6), at);
    out.writeUInt32LE(microseconds % 1e6, at + 4);
    out.writeUInt32LE(length, at + 8);
    out.writeUInt32LE(length, at + 12);
    const frame = at + 16;
    out.fill(0, frame, frame + 54);
    out.writeUInt16BE(0x0800, frame + 12);
    out[frame + 14] = 0x45;
    out.writeUInt16BE(40 + payload.length, frame + 16);
    out[frame + 22] = 64;
    out[frame + 23] = 6;
    const isClient = own.port !== 6379;
    out.writeUInt32BE(isClient ? 0x0a000001 : 0x0a000002, frame + 26);
    out.writeUInt32BE(isClient ? 0x0a000002 : 0x0a000001, frame + 30);
    out.writeUInt16BE(own.port, frame + 34);
    out.writeUInt16BE(other.port, frame + 36);
    out.writeUInt32BE(own.next, frame + 38);
    out.writeUInt32BE(flags === 2 ? 0 : own.received, frame + 42);
    out[frame + 46] = 0x50;
    out[frame + 47] = flags;
    out.writeUInt16BE(501, frame + 48);
    out.write(payload, frame + 54, "latin1");
    used += 16 + length;
    written++;
    if (used >= chunkBytes) {
      writeSync(handle, out, 0, used);
      used = 0;
    }
  }
}

function command(...words) {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

function xorshift(seed) {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [, , file, packets = "400000", seed = "1"] = argv;
  if (file === undefined) throw new Error("node generate.mjs FILE [PACKETS] [SEED]");
  console.log(`${generate(file, Number(packets), Number(seed))} packets in ${file}`);
}
