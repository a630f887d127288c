import { messageOf, unreachableError } from "../../failure.ts";
import type { Skipped } from "../source.ts";
import { CaptureComparison } from "./compare.ts";
import { Examination } from "./examination.ts";
import { readCapture } from "./file/read-capture.ts";
import { packetFindings } from "./findings.ts";
import type { CaptureSummary, Comparison, PacketsOptions, PacketsReport } from "./report.ts";
import type { Server } from "./server.ts";
import { mergeSignals, type Place, SignalCollector } from "./signs/collector.ts";
import { judgeServer } from "./signs/judge-server.ts";
import { captureSummary, packetPlots, pcapSummary } from "./summarise.ts";
import { counted, milliseconds } from "./text.ts";
import type { Totals } from "./totals.ts";

const defaultPorts: readonly number[] = [6379];
const progressEveryMs = 100;
/** The slowest hundredth of a healthy server's replies is quicker than this. */
const healthyNs = 50_000_000;

/**
 * Reads captures, each once and in constant memory, and says what is seen in them of Redis.
 *
 * @param files - pcap or pcapng, packed with gzip or not. Two of them that hold the two ends of the
 *   same streams are compared.
 * @throws CommandError with exit code 3 when no file can be read. One of several that cannot is in
 *   `skipped`, as `pcap FILE`. What is in a file never throws: what cannot be understood is said in
 *   `pcap.files[].notes` and in `skipped`.
 */
export async function examinePackets(
  files: readonly string[],
  options: PacketsOptions = {},
): Promise<PacketsReport> {
  const { ports = defaultPorts, signal } = options;
  const comparison = files.length === 2 ? new CaptureComparison() : undefined;
  let index = 0;
  const examination = new Examination(
    ports,
    comparison && ((segment, _, stream) => comparison.take(segment, stream, index === 0 ? 0 : 1)),
  );
  const captures: CaptureSummary[] = [];
  const unread: Skipped[] = [];
  for (const file of files) {
    const counts = examination.beginFile(file);
    const progress = throttled(options, file);
    try {
      const end = await readCapture(file, examination, progress, signal);
      captures.push(captureSummary(counts, end));
    } catch (error) {
      unread.push({ id: `pcap ${file}`, reason: `cannot be read: ${messageOf(error)}` });
    }
    examination.endFile();
    index++;
  }
  if (files.length > 0 && unread.length === files.length) {
    throw unreachableError(unread.map(({ id, reason }) => `${id} ${reason}`).join("; "));
  }
  const [first = "", second = ""] = files;
  return report(examination, captures, unread, comparison?.result([first, second]));
}

function throttled({ onProgress }: PacketsOptions, file: string): (share: number) => void {
  let last = 0;
  return (share) => {
    const now = performance.now();
    if (now - last < progressEveryMs) return;
    last = now;
    onProgress?.({ step: `reading ${file}`, share });
  };
}

function report(
  examination: Examination,
  captures: readonly CaptureSummary[],
  unread: readonly Skipped[],
  compared: Comparison | undefined,
): PacketsReport {
  const { totals, servers } = examination;
  const redis = servers.all().filter(({ isRedis, packets }) => isRedis && packets > 0);
  // A capture of a port that nobody named, and without one request: better all than nothing.
  const looked = redis.length > 0 ? redis : servers.all();
  for (const server of looked) judgeServer(server, totals);
  const overall = new SignalCollector();
  const readable = captures.filter(({ format }) => format !== "unknown");
  const start: Place = { file: readable[0]?.file ?? "", frame: 1, at: examination.startAt };
  judgeWhole(overall, start, totals, looked, readable.length > 0);
  if (compared !== undefined) judgeComparison(overall, start, compared);
  const signals = mergeSignals([overall, ...looked.map((server) => server.signals)]);
  const ids = new Set(signals.map(({ id }) => id));
  const pcap = pcapSummary(examination, looked, captures, compared);
  const { findings, passed } = packetFindings(pcap, (id) => ids.has(id));
  return {
    source: "packets",
    signals,
    findings,
    passed: readable.length > 0 ? passed : [],
    skipped: [...unread, ...skippedOf(captures, redis.length > 0, totals)],
    pcap,
    plots: packetPlots(examination),
  };
}

/** What only all servers together tell: that there is nothing, or nothing wrong. */
function judgeWhole(
  overall: SignalCollector,
  start: Place,
  totals: Totals,
  servers: readonly Server[],
  isReadable: boolean,
): void {
  const count = (value: (server: Server) => number): number =>
    servers.reduce((sum, server) => sum + value(server), 0);
  // An empty capture says nothing, not even that nobody tried.
  if (isReadable && totals.packets > 0 && count(({ packets }) => packets) === 0) {
    overall.raise(
      "packets.no-syn",
      start,
      () =>
        `no connection to Redis, and no attempt at one, in ${counted(totals.packets, "packet")}`,
    );
  }
  const isTroubled = servers.some(({ signals }) =>
    signals.signals().some(({ id }) => !harmless.has(id)),
  );
  const p99 = totals.latencies.percentile(0.99);
  if (totals.replies > 0 && !isTroubled && p99 < healthyNs) {
    overall.raise(
      "packets.healthy",
      start,
      () =>
        `${counted(totals.replies, "request")} answered, 99 % within ${milliseconds(p99)}, without loss or reset`,
    );
  }
}

/** They say how Redis is used, not that anything fails. */
const harmless: ReadonlySet<string> = new Set([
  "packets.few-busy-connections",
  "packets.many-short-connections",
]);

function judgeComparison(
  overall: SignalCollector,
  start: Place,
  { files, toServer, toClient }: Comparison,
): void {
  for (const [direction, { sent, lost }, from, to] of [
    ["server", toServer, files[0], files[1]],
    ["client", toClient, files[1], files[0]],
  ] as const) {
    if (lost === 0) continue;
    overall.raise(
      "packets.retransmissions",
      { ...start, file: from },
      () =>
        `${lost} of ${sent} segments to the ${direction} left in ${from} and never came in ${to}`,
      lost,
    );
  }
}

function skippedOf(
  captures: readonly CaptureSummary[],
  sawRedis: boolean,
  totals: Totals,
): Skipped[] {
  const skipped: Skipped[] = captures
    .filter(({ notes }) => notes.length > 0)
    .map(({ file, format, notes }) =>
      // A file that is no capture at all was not read, like one that is not there.
      format === "unknown"
        ? { id: `pcap ${file}`, reason: notes.join("; ") }
        : { id: "packets", reason: `${file}: ${notes.join("; ")}` },
    );
  if (!sawRedis && totals.tcpPackets > 0) {
    skipped.push({
      id: "packets.redis",
      reason: "no stream spoke Redis, so all TCP streams were looked at; name its port",
    });
  }
  if (totals.tlsStreams > 0) {
    skipped.push({
      id: "packets.latency",
      reason: `${counted(totals.tlsStreams, "stream")} encrypted by TLS: their requests cannot be seen`,
    });
  }
  return skipped;
}
