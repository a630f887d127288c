import type { Examination, FileCounts } from "./examination.ts";
import type { ReadingEnd } from "./file/read-capture.ts";
import type {
  CaptureSummary,
  CommandLatency,
  Comparison,
  PacketPlots,
  PcapSummary,
} from "./report.ts";
import { commandKinds } from "./resp/commands.ts";
import type { Server } from "./server.ts";
import { counted } from "./text.ts";
import type { Totals } from "./totals.ts";

const plottedCommands = 8;

export function captureSummary(counts: FileCounts, end: ReadingEnd): CaptureSummary {
  const { file, packets, cutPackets, fragments, undecodable, linkTypes } = counts;
  const notes = end.notes.map((note) => (packets > 0 ? `after frame ${packets}: ${note}` : note));
  if (fragments > 0) notes.push(`${counted(fragments, "IP fragment")} left out`);
  if (undecodable > 0) {
    notes.push(
      `${counted(undecodable, "packet")} of which too little was captured, or of an unknown link type`,
    );
  }
  return {
    file,
    format: end.format,
    packets,
    linkTypes: [...linkTypes],
    truncated: end.truncated,
    cutPackets,
    notes,
  };
}

export function pcapSummary(
  examination: Examination,
  servers: readonly Server[],
  files: readonly CaptureSummary[],
  comparison: Comparison | undefined,
): PcapSummary {
  const { totals } = examination;
  const sum = (value: (server: Server) => number): number =>
    servers.reduce((total, server) => total + value(server), 0);
  return {
    files,
    packets: totals.packets,
    tcpPackets: totals.tcpPackets,
    redisPackets: sum(({ packets }) => packets),
    streams: totals.streams,
    redisStreams: sum(({ streams }) => streams),
    firstAt: totals.packets === 0 ? null : examination.startAt + examination.firstTime / 1e6,
    durationMs: Math.max(0, (examination.lastTime - examination.firstTime) / 1e6),
    // Wireshark's field of this name is on fast and spurious ones as well.
    retransmissions:
      totals.marked("retransmission") +
      totals.marked("fastRetransmission") +
      totals.marked("spuriousRetransmission"),
    fastRetransmissions: totals.marked("fastRetransmission"),
    spuriousRetransmissions: totals.marked("spuriousRetransmission"),
    duplicateAcks: totals.marked("duplicateAck"),
    outOfOrder: totals.marked("outOfOrder"),
    lostSegments: totals.marked("lostSegment"),
    ackedLostSegments: totals.marked("ackedLostSegment"),
    zeroWindows: totals.marked("zeroWindow"),
    windowFulls: totals.marked("windowFull"),
    keepAlives: totals.marked("keepAlive"),
    resets: totals.resets,
    connects: sum(({ connects }) => connects),
    refusedConnects: sum(({ refused }) => refused),
    unansweredConnects: sum(({ unanswered }) => unanswered),
    requests: totals.requests,
    replies: totals.replies,
    unansweredRequests: totals.unansweredRequests,
    pushes: totals.pushes,
    errorReplies: Object.fromEntries(totals.errorReplies),
    gaps: totals.gaps,
    commands: commandLatencies(totals),
    tlsStreams: totals.tlsStreams,
    tlsAlerts: Object.fromEntries(totals.tlsAlerts),
    comparison: comparison ?? null,
  };
}

export function packetPlots(examination: Examination): PacketPlots {
  const { timeline } = examination.totals;
  return {
    startAt: examination.startAt,
    bucketMs: timeline.bucketMs,
    packets: timeline.packets,
    retransmissions: timeline.retransmissions,
    resets: timeline.resets,
    latency: timeline.latencies(plottedCommands).map(({ command, meanMs, maxMs }) => ({
      command: nameOf(command),
      meanMs,
      maxMs,
    })),
  };
}

function commandLatencies(totals: Totals): CommandLatency[] {
  const rows = totals.byCommand.flatMap((command, id) =>
    command === undefined
      ? []
      : [
          {
            command: nameOf(id),
            count: command.latencies.count,
            errors: command.errors,
            p50Ms: inMs(command.latencies.percentile(0.5)),
            p99Ms: inMs(command.latencies.percentile(0.99)),
            p999Ms: inMs(command.latencies.percentile(0.999)),
            maxMs: inMs(command.latencies.max),
          },
        ],
  );
  return rows.sort((a, b) => b.p99Ms - a.p99Ms || a.command.localeCompare(b.command));
}

function nameOf(command: number): string {
  return commandKinds[command]?.name ?? "OTHER";
}

function inMs(nanoseconds: number): number {
  return Number((nanoseconds / 1e6).toPrecision(3));
}
