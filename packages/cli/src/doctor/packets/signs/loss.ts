import type { RedisStream } from "../redis-stream.ts";
import type { Scene } from "../scene.ts";
import { isAfter } from "../tcp/analysis.ts";
import { anyRetransmission, marks } from "../tcp/marks.ts";
import { tellsOfDuplicate } from "../tcp/options.ts";
import { milliseconds } from "../text.ts";
import { type Segment, tcpFlags } from "../wire/segment.ts";
import type { LossRun } from "./loss-run.ts";

const tailProbeNs = 150_000_000;

/** Segments that were sent again, and whether that helped; windows that closed. */
export function watchLoss(
  scene: Scene,
  stream: RedisStream,
  isFromClient: boolean,
  found: number,
  previousTime: number,
): void {
  const { segment, totals } = scene;
  const own = isFromClient ? stream.clientLoss : stream.serverLoss;
  const other = isFromClient ? stream.serverLoss : stream.clientLoss;
  if (other.isOpen && (segment.flags & tcpFlags.ack) !== 0) {
    if (!isAfter(other.end, segment.acknowledgement)) {
      if (isNeedless(segment, other)) other.isOpen = false;
      else arrived(scene, stream, other, !isFromClient);
    }
  }
  if ((found & anyRetransmission) !== 0 && (segment.flags & tcpFlags.syn) === 0) {
    if (own.isCopy(segment.sequence, segment.identification)) return;
    totals.timeline.retransmission(segment.time);
    repeated(scene, stream, own, isFromClient, found, previousTime);
  } else if (segment.payloadLength > 0) {
    own.sent(segment.sequence, segment.time, segment.identification);
  }
  if ((found & (marks.zeroWindow | marks.zeroWindowProbeAck)) !== 0) {
    zeroWindow(scene, stream, isFromClient);
  }
}

/**
 * A sender probes the tail of what it sent within a few round trips (RFC 8985), sooner than a kernel
 * acknowledges for a process that stands still: the first copy had arrived, nothing was lost.
 */
function isNeedless(segment: Segment, run: LossRun): boolean {
  return run.lastTime - run.originalTime < tailProbeNs && tellsOfDuplicate(segment);
}

function repeated(
  scene: Scene,
  stream: RedisStream,
  run: LossRun,
  isFromClient: boolean,
  found: number,
  previousTime: number,
): void {
  const { segment } = scene;
  // Data before a closed window is a probe of it.
  const receiver = isFromClient === stream.clientIsHere ? stream.there : stream.here;
  if (receiver.window === 0) return;
  if (!isFromClient) stream.lastServerLossTime = segment.time;
  const end = (segment.sequence + segment.payloadLength) | 0;
  if (!run.isOpen || run.sequence !== segment.sequence) {
    run.begin(segment.sequence, end, segment.frame, previousTime < 0 ? segment.time : previousTime);
  }
  run.repeated(segment.time, segment.frame);
  // The acknowledgement was lost, not the segment.
  if ((found & marks.spuriousRetransmission) !== 0) arrived(scene, stream, run, isFromClient);
}

function arrived(scene: Scene, stream: RedisStream, run: LossRun, isFromClient: boolean): void {
  run.isOpen = false;
  const { server } = stream;
  server.lossRuns++;
  const waited = run.lastTime - run.originalTime;
  server.signals.raise(
    "packets.retransmissions",
    scene.at(run.firstFrame, run.lastTime),
    () =>
      `a segment of ${isFromClient ? stream.client.address : server.label} was sent again after ${milliseconds(waited)}${run.count > 1 ? ` (${run.count} times)` : ""} and then acknowledged`,
  );
}

function zeroWindow(scene: Scene, stream: RedisStream, isFromClient: boolean): void {
  const { server } = stream;
  if (isFromClient) stream.clientZeroWindowTime = scene.segment.time;
  server.signals.raise(
    "packets.zero-window",
    scene.here(),
    () =>
      `${isFromClient ? stream.client.address : server.label} stopped reading (window 0), its receive buffer is full`,
  );
}

/** At the end of a stream: what was never acknowledged. */
export function unacknowledged(scene: Scene, stream: RedisStream): void {
  for (const [run, isFromClient] of [
    [stream.clientLoss, true],
    [stream.serverLoss, false],
  ] as const) {
    const peerTime = isFromClient ? stream.lastServerTime : stream.lastClientTime;
    const firstRepeat = run.originalTime + (run.pauses[0] ?? 0);
    if (!run.isOpen || !run.isBackingOff || peerTime > firstRepeat) continue;
    const pauses = run.pauses.map((pause) => (pause / 1e9).toFixed(1)).join(", ");
    stream.server.signals.raise(
      "packets.dead-peer",
      scene.at(run.firstFrame, run.lastTime),
      () =>
        `a segment to ${isFromClient ? stream.server.label : stream.client.address} was sent again after ${pauses} s and never acknowledged`,
    );
  }
}
