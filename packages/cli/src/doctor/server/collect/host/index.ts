import type {
  ClientProcess,
  HostFacts,
  ProcessFacts,
  SocketFacts,
  TargetFacts,
} from "../../facts.ts";
import { tcpCounters } from "./counters.ts";
import { oomKills } from "./oom-kills.ts";
import {
  hugePageBytes,
  memoryCgroup,
  type OpenFiles,
  openFiles,
  openFilesMax,
  type ProcessState,
  processState,
  swappedBytes,
} from "./processes.ts";
import { hostSettings } from "./settings.ts";
import { type SocketRow, tcpSockets } from "./sockets.ts";

/** Where the examination goes, as sockets show it. */
export interface Place {
  readonly target: TargetFacts;
  /** What the name resolved to. */
  readonly addresses: readonly string[];
}

/** One reading of this host; two of them make {@link HostFacts}. */
export interface HostReading {
  readonly at: number;
  readonly counters: Readonly<Record<string, number>>;
  readonly sockets: readonly SocketRow[];
  readonly files: readonly OpenFiles[];
  readonly states: ReadonlyMap<number, ProcessState>;
}

/** Backed off so often, a connection has been without an answer for over a second. */
const backedOff = 3;
/** Applications with more processes than that need not all be listed. */
const clientsMax = 50;

/** A first look, before anything is asked; undefined on another system than Linux. */
export async function readHost(place: Place): Promise<HostReading | undefined> {
  const sockets = await tcpSockets();
  if (sockets === undefined) return undefined;
  const files = openFiles();
  const reading = { at: performance.now(), counters: await tcpCounters(), sockets, files };
  const states = new Map<number, ProcessState>();
  for (const { pid } of relevant(place, sockets, files)) {
    const state = await processState(pid);
    if (state !== undefined) states.set(pid, state);
  }
  return { ...reading, states };
}

/** What two readings come to. */
export async function hostFacts(
  place: Place,
  first: HostReading,
  second: HostReading,
  signal: AbortSignal,
): Promise<HostFacts> {
  const { target } = place;
  const listener = target.thisHost ? listenerOf(place, second.sockets) : undefined;
  const server = target.thisHost ? serverOf(place, second) : undefined;
  return {
    settings: await hostSettings(),
    counters: { first: first.counters, second: second.counters },
    listener: listener === undefined ? undefined : { queued: listener.receiveQueue },
    process: server === undefined ? undefined : await processFacts(server.pid, first, second),
    oomKills: target.thisHost ? await oomKills(signal) : undefined,
    sockets: socketFacts(place, first.sockets, second.sockets),
    clients: await clientProcesses(place, first, second),
  };
}

function socketFacts(
  place: Place,
  before: readonly SocketRow[],
  rows: readonly SocketRow[],
): SocketFacts {
  const ours = rows.filter((row) => isTowards(place, row));
  const there = ours.filter(({ state }) => state === "established");
  const elsewhere = new Map<string, number>();
  for (const row of rows) {
    const same = row.remotePort === place.target.port && row.state === "established";
    if (same && !place.addresses.includes(row.remoteHost)) {
      elsewhere.set(row.remoteHost, (elsewhere.get(row.remoteHost) ?? 0) + 1);
    }
  }
  const served = rows.filter((row) => place.target.thisHost && row.localPort === place.target.port);
  const stuck = [...ours, ...served].filter(
    (row) => row.state === "established" && row.sendQueue > 0 && row.retransmits >= backedOff,
  );
  return {
    established: there.length,
    timeWait: ours.filter(({ state }) => state === "time-wait").length,
    synSent: ours.filter(({ state }) => state === "syn-sent").length,
    elsewhere: [...elsewhere].slice(0, 10).map(([address, count]) => ({ address, count })),
    unacknowledged: stuck.length,
    unread: unreadIn(before, there).length,
  };
}

/** Sockets that held unread bytes at the first reading and hold some still. */
function unreadIn(before: readonly SocketRow[], now: readonly SocketRow[]): readonly SocketRow[] {
  const held = new Set(before.filter((row) => row.receiveQueue > 0).map(({ inode }) => inode));
  return now.filter(({ receiveQueue, inode }) => receiveQueue > 0 && held.has(inode));
}

async function clientProcesses(
  place: Place,
  first: HostReading,
  second: HostReading,
): Promise<ClientProcess[]> {
  const rows = second.sockets.filter((row) => isTowards(place, row) && row.state === "established");
  const unread = new Set(unreadIn(first.sockets, rows).map(({ inode }) => inode));
  const inodes = new Set(rows.map(({ inode }) => inode));
  const clients: ClientProcess[] = [];
  for (const file of second.files) {
    const held = file.inodes.filter((inode) => inodes.has(inode));
    if (held.length === 0 || file.pid === process.pid || clients.length >= clientsMax) continue;
    clients.push({
      pid: file.pid,
      name: second.states.get(file.pid)?.name ?? "?",
      connections: held.length,
      openFiles: file.count,
      openFilesMax: await openFilesMax(file.pid),
      cpuShare: cpuShare(file.pid, first, second),
      unread: held.filter((inode) => unread.has(inode)).length,
    });
  }
  return clients;
}

async function processFacts(
  pid: number,
  first: HostReading,
  second: HostReading,
): Promise<ProcessFacts> {
  return {
    pid,
    state: second.states.get(pid)?.state ?? "?",
    openFilesMax: await openFilesMax(pid),
    swapBytes: await swappedBytes(pid),
    hugePageBytes: await hugePageBytes(pid),
    cpuShare: cpuShare(pid, first, second),
    cgroup: await memoryCgroup(pid),
  };
}

function cpuShare(pid: number, first: HostReading, second: HostReading): number | undefined {
  const before = first.states.get(pid);
  const after = second.states.get(pid);
  const elapsedMs = second.at - first.at;
  if (before === undefined || after === undefined || elapsedMs < 200) return undefined;
  return Math.max(0, after.cpuMs - before.cpuMs) / elapsedMs;
}

/** Processes whose state is of interest: the server, and the clients. */
function relevant(
  place: Place,
  sockets: readonly SocketRow[],
  files: readonly OpenFiles[],
): readonly OpenFiles[] {
  const inodes = new Set(
    sockets
      .filter((row) => isTowards(place, row) || isListener(place, row))
      .map(({ inode }) => inode),
  );
  return files.filter((file) => file.inodes.some((inode) => inodes.has(inode)));
}

function serverOf(place: Place, { sockets, files }: HostReading): OpenFiles | undefined {
  const inode = listenerOf(place, sockets)?.inode;
  return inode === undefined ? undefined : files.find((file) => file.inodes.includes(inode));
}

function listenerOf(place: Place, rows: readonly SocketRow[]): SocketRow | undefined {
  return rows.find((row) => isListener(place, row));
}

function isListener({ target }: Place, { state, localPort }: SocketRow): boolean {
  return target.thisHost && !target.unix && state === "listen" && localPort === target.port;
}

function isTowards({ target, addresses }: Place, row: SocketRow): boolean {
  return row.remotePort === target.port && addresses.includes(row.remoteHost);
}
