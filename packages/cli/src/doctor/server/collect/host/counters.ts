import { readText } from "./read.ts";

const kept: ReadonlySet<string> = new Set([
  "ListenOverflows",
  "ListenDrops",
  "RetransSegs",
  "OutSegs",
  "TCPTimeouts",
  "TCPLostRetransmit",
]);

/** Counters of this host's TCP since it booted. */
export async function tcpCounters(): Promise<Record<string, number>> {
  const counters: Record<string, number> = {};
  for (const path of ["/proc/net/netstat", "/proc/net/snmp"]) {
    Object.assign(counters, parseCounters((await readText(path)) ?? ""));
  }
  return counters;
}

/** Pairs of lines: the names, and below them the values. */
export function parseCounters(text: string): Record<string, number> {
  const counters: Record<string, number> = {};
  const lines = text.split("\n");
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const names = lines[index]?.split(" ") ?? [];
    const values = lines[index + 1]?.split(" ") ?? [];
    if (names[0] !== "TcpExt:" && names[0] !== "Tcp:") continue;
    names.forEach((name, column) => {
      if (kept.has(name)) counters[name] = Number(values[column]);
    });
  }
  return counters;
}
