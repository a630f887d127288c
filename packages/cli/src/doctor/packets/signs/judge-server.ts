import { commandKinds } from "../resp/commands.ts";
import type { Server, Stall } from "../server.ts";
import { counted, milliseconds } from "../text.ts";
import type { Totals } from "../totals.ts";
import { isRedirectedOften, stallText } from "./replying.ts";

const longStallNs = 200_000_000;
const stallsMin = 3;
/** A lost reply comes again after 200 ms, or 400 ms when it is lost twice. */
const lostReplyNs = 700_000_000;
const lossMin = 3;
const lossShare = 0.002;
const slowWritesMin = 3;
const manyStreams = 1000;
const fewStreams = 64;
/** Connects that are so close to each other have met the same firewall, or the same backlog. */
const togetherNs = 500_000_000;
const periodsMin = 3;
/** Even intervals differ by less than this share of their mean. */
const evenness = 0.25;

/** What is known of a server only when everything was seen. */
export function judgeServer(server: Server, totals: Totals): void {
  for (const client of server.clients()) client.ended();
  judgeConnects(server);
  judgeSilence(server);
  judgeLoss(server);
  judgeStalls(server);
  judgeWrites(server);
  judgePools(server);
  const moved = server.signals.count("packets.reply-moved");
  if (!isRedirectedOften(moved, totals.replies)) server.signals.forget("packets.reply-moved");
}

/** Some answered and some not, side by side, is a full backlog; none from a time on is a wall. */
function judgeConnects(server: Server): void {
  const { unansweredConnects, signals } = server;
  const hasAnswered = server.lastAnsweredSynTime >= 0;
  const isMixed =
    (hasAnswered &&
      unansweredConnects.some(({ time }) => server.lastAnsweredSynTime > time - togetherNs)) ||
    (server.lateAnswers > 0 && unansweredConnects.length > 0);
  for (const { time, lastTime, repeats, place } of unansweredConnects) {
    signals.raise(
      isMixed ? "packets.some-syns-unanswered" : "packets.syn-unanswered",
      place,
      () =>
        `SYN to ${server.label} was never answered${repeats > 0 ? `, repeated ${counted(repeats, "time")} over ${milliseconds(lastTime - time)}` : ""}`,
    );
  }
}

/** As a TLS port does to a client without TLS, and a balancer that has nobody behind it. */
function judgeSilence({ silentCloses, silentClose, spokenStreams, label, signals }: Server): void {
  if (silentCloses === 0 || spokenStreams > 0 || silentClose === undefined) return;
  signals.raise(
    "packets.closed-at-first-request",
    silentClose,
    () => `${label} closed every connection at its first request, without a byte of its own`,
    silentCloses,
  );
}

function judgeLoss(server: Server): void {
  const enough = server.lossRuns >= lossMin && server.lossRuns >= lossShare * server.dataSegments;
  if (!enough) server.signals.forget("packets.retransmissions");
}

function judgeStalls(server: Server): void {
  // Where segments are lost, a reply that was lost before the capture looks like a short stall.
  const isLossy = server.signals.has("packets.retransmissions");
  const stalls = server.stalls
    .filter(({ startTime, endTime }) => !isLossy || endTime - startTime >= lostReplyNs)
    .sort((a, b) => a.startTime - b.startTime);
  const isLong = stalls.some(({ startTime, endTime }) => endTime - startTime >= longStallNs);
  if (!isLong && stalls.length < stallsMin) return;
  for (const stall of stalls) raiseStall(server, stall);
  if (isPeriodic(stalls)) {
    const first = stalls[0] as Stall;
    const interval = ((stalls.at(-1) as Stall).startTime - first.startTime) / (stalls.length - 1);
    server.signals.raise(
      "packets.stall-periodic",
      first.place,
      () =>
        `${server.label} stood still ${stalls.length} times, about every ${milliseconds(interval)}`,
    );
  }
}

function raiseStall(
  server: Server,
  { startTime, endTime, place, command, wasAnswered }: Stall,
): void {
  const text = (): string => stallText(command, endTime - startTime, wasAnswered);
  server.signals.raise("packets.server-stall", place, text);
  if (commandKinds[command]?.isHeavy === true) {
    server.signals.raise("packets.slow-one-command", place, text);
  }
}

function isPeriodic(stalls: readonly Stall[]): boolean {
  if (stalls.length < periodsMin + 1) return false;
  const intervals = stalls.slice(1).map(({ startTime }, index) => {
    return startTime - (stalls[index] as Stall).startTime;
  });
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  const longest = Math.max(...stalls.map(({ startTime, endTime }) => endTime - startTime));
  return (
    mean > 2 * longest && intervals.every((interval) => Math.abs(interval - mean) < evenness * mean)
  );
}

function judgeWrites(server: Server): void {
  const { slowWrites, slowReads, fastReadsWhileSlow, slowWritePlace, signals } = server;
  const onlyWrites = slowReads === 0 && fastReadsWhileSlow >= slowWritesMin;
  if (slowWrites < slowWritesMin || !onlyWrites || slowWritePlace === undefined) return;
  signals.raise(
    "packets.stall-on-writes",
    slowWritePlace,
    () => `${slowWrites} writes were answered late while reads were answered quickly`,
    slowWrites,
  );
}

/** How clients use their connections. */
function judgePools(server: Server): void {
  const { signals } = server;
  // Who waits for a lost segment or a server that stands still is busy for another reason.
  const isDisturbed =
    signals.has("packets.server-stall") ||
    signals.has("packets.dead-peer") ||
    signals.has("packets.retransmissions");
  for (const { address, streams, longStreams, busyStreams, busyPlace } of server.clients()) {
    if (busyPlace === undefined || isDisturbed || streams > fewStreams) continue;
    if (busyStreams < 0.8 * longStreams) continue;
    signals.raise(
      "packets.few-busy-connections",
      busyPlace,
      () =>
        `${address} had ${counted(streams, "connection")}, and each waited for a reply nearly all the time`,
      busyStreams,
    );
  }
  if (server.shortStreams >= manyStreams && server.firstShort !== undefined) {
    signals.raise(
      "packets.many-short-connections",
      server.firstShort,
      () => `${server.shortStreams} connections to ${server.label} lived for less than 5 s`,
      server.shortStreams,
    );
  }
}
