import type { Signal } from "../../source.ts";
import { percent } from "../checks/check.ts";
import { commandRate } from "../checks/clients.ts";
import {
  counterGrowth,
  fullQueue,
  portShare,
  shortOfFiles,
  tellingKills,
} from "../checks/system.ts";
import type { Facts } from "../facts.ts";
import { raiseIf } from "./raise.ts";

const busyFrom = 0.9;
const retransmittedShare = 0.01;
const retransmittedMin = 5;
const portsFrom = 0.7;
const filesFrom = 95;
/** Clients that send so many are at work: a full receive queue is then their pipeline's. */
const flowingFrom = 100;
const killedWithinMs = 15 * 60_000;

/** What this host shows: as the server's, as a client's, or as both. */
export function hostSignals(facts: Facts): readonly Signal[] {
  const { host } = facts;
  return host === undefined
    ? []
    : [...serverSide(facts), ...wireSignals(facts), ...clientSide(facts)];
}

function serverSide(facts: Facts): readonly Signal[] {
  const { host, target, login } = facts;
  if (!target.thisHost) return [];
  const process = host?.process;
  const place = `/proc/${process?.pid}/stat`;
  const overflows = counterGrowth(facts, "ListenOverflows");
  const queue = fullQueue(facts);
  const kills = tellingKills(facts, killedWithinMs);
  const silentAndBusy =
    login?.outcome === "silent" && process?.state === "R" && (process.cpuShare ?? 0) >= busyFrom;
  return [
    ...raiseIf("server.process-stopped", [
      process?.state === "T"
        ? { text: `process ${process.pid} is stopped (state T)`, place }
        : undefined,
    ]),
    ...raiseIf("server.busy", [
      silentAndBusy
        ? {
            text: `the process uses ${percent(process.cpuShare ?? 0)} of a core and answers nothing`,
            place,
          }
        : undefined,
    ]),
    ...raiseIf(
      "server.listen-overflows",
      [
        queue === undefined ? undefined : { text: queue, place: "/proc/net/tcp" },
        overflows > 0
          ? { text: `ListenOverflows grew by ${overflows} meanwhile`, place: "/proc/net/netstat" }
          : undefined,
      ],
      Math.max(1, overflows),
    ),
    ...raiseIf(
      "server.oom-killed",
      kills.map(({ text, at }) => ({ text, at, place: "dmesg" })),
      kills.length,
    ),
  ];
}

function wireSignals(facts: Facts): readonly Signal[] {
  const again = counterGrowth(facts, "RetransSegs");
  const sent = counterGrowth(facts, "OutSegs");
  const stuck = facts.host?.sockets.unacknowledged ?? 0;
  const many = again >= retransmittedMin && again > sent * retransmittedShare;
  return [
    ...raiseIf(
      "server.retransmissions",
      [
        many
          ? {
              text: `${again} of ${sent} segments were sent again meanwhile`,
              place: "/proc/net/snmp",
            }
          : undefined,
      ],
      again,
    ),
    ...raiseIf(
      "server.unacknowledged",
      [
        stuck > 0
          ? {
              text: `${stuck} connections are unacknowledged after three retransmissions and more`,
              place: "/proc/net/tcp",
            }
          : undefined,
      ],
      stuck,
    ),
  ];
}

function clientSide(facts: Facts): readonly Signal[] {
  const clients = facts.host?.clients ?? [];
  const ports = portShare(facts) ?? 0;
  const isFlowing = (commandRate(facts) ?? 0) >= flowingFrom;
  const unread = isFlowing ? [] : clients.filter((client) => client.unread > 0);
  const busy = isFlowing ? [] : clients.filter(({ cpuShare = 0 }) => cpuShare >= busyFrom);
  const full = shortOfFiles(facts, filesFrom);
  return [
    ...raiseIf(
      "server.client-unread",
      unread.map(({ pid, name, unread: count, connections }) => ({
        text: `${name} (${pid}) leaves replies unread on ${count} of ${connections} connections`,
        place: "/proc/net/tcp rx_queue",
      })),
      unread.length,
    ),
    ...raiseIf(
      "server.client-busy",
      busy.map(({ pid, name, cpuShare = 0 }) => ({
        text: `${name} (${pid}), a client of it, used ${percent(cpuShare)} of a core`,
        place: `/proc/${pid}/stat`,
      })),
      busy.length,
    ),
    ...raiseIf(
      "server.client-fd-limit",
      full.map(({ pid, name, openFiles, openFilesMax }) => ({
        text: `${name} (${pid}) has ${openFiles} of ${openFilesMax} files open`,
        place: `/proc/${pid}/fd`,
      })),
      full.length,
    ),
    ...raiseIf("server.client-ports-used", [
      ports >= portsFrom
        ? {
            text: `${percent(ports)} of this host's ports are used up towards it`,
            place: "/proc/net/tcp",
          }
        : undefined,
    ]),
  ];
}
