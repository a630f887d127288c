import { readText } from "./read.ts";

/** A row of /proc/net/tcp or tcp6. */
export interface SocketRow {
  readonly localHost: string;
  readonly localPort: number;
  readonly remoteHost: string;
  readonly remotePort: number;
  readonly state: "established" | "syn-sent" | "time-wait" | "listen" | "other";
  /** Sent and not acknowledged; in a listener, nothing. */
  readonly sendQueue: number;
  /** Received and not read; in a listener, connections that wait to be accepted. */
  readonly receiveQueue: number;
  /** Retransmissions of the same segment so far, each after twice the pause. */
  readonly retransmits: number;
  /** 0 for one that no process holds any longer. */
  readonly inode: number;
}

const states: Readonly<Record<string, SocketRow["state"]>> = {
  "01": "established",
  "02": "syn-sent",
  "06": "time-wait",
  "0A": "listen",
};
const retransmitTimer = "01";

/** All TCP sockets of this host's network namespace. */
export async function tcpSockets(): Promise<readonly SocketRow[] | undefined> {
  const [four, six] = await Promise.all([readText("/proc/net/tcp"), readText("/proc/net/tcp6")]);
  if (four === undefined && six === undefined) return undefined;
  return [...parseSockets(four ?? ""), ...parseSockets(six ?? "")];
}

export function parseSockets(text: string): SocketRow[] {
  const rows: SocketRow[] = [];
  for (const line of text.split("\n").slice(1)) {
    const [, local, remote, state, queues, timer, retransmits, , , inode] = line
      .trim()
      .split(/\s+/);
    if (local === undefined || remote === undefined || inode === undefined) continue;
    const [localHost, localPort] = endOf(local);
    const [remoteHost, remotePort] = endOf(remote);
    const [sent = "0", received = "0"] = queues?.split(":") ?? [];
    rows.push({
      localHost,
      localPort,
      remoteHost,
      remotePort,
      state: states[state ?? ""] ?? "other",
      sendQueue: Number.parseInt(sent, 16),
      receiveQueue: Number.parseInt(received, 16),
      retransmits: timer?.startsWith(retransmitTimer) ? Number.parseInt(retransmits ?? "0", 16) : 0,
      inode: Number(inode),
    });
  }
  return rows;
}

/** `0100007F:1234`: the address in words of 32 bits, each in the host's own order. */
function endOf(text: string): [host: string, port: number] {
  const [address = "", port = "0"] = text.split(":");
  const octets = Buffer.from(address, "hex");
  octets.swap32();
  return [hostOf(octets), Number.parseInt(port, 16)];
}

function hostOf(octets: Buffer): string {
  if (octets.length === 4) return octets.join(".");
  const mapped = octets.subarray(0, 12).toString("hex") === "00000000000000000000ffff";
  if (mapped) return octets.subarray(12).join(".");
  const words = Array.from({ length: 8 }, (_, index) =>
    octets.readUInt16BE(index * 2).toString(16),
  );
  // The form that Node gives: the URL parser shortens it in the same way.
  return new URL(`http://[${words.join(":")}]`).hostname.slice(1, -1);
}
