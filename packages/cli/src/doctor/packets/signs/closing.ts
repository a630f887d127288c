import type { RedisStream } from "../redis-stream.ts";
import type { Scene } from "../scene.ts";
import { milliseconds } from "../text.ts";
import { tcpFlags } from "../wire/segment.ts";

const { fin, rst } = tcpFlags;

/** Servers and middleboxes look for idle connections about once a second. */
const idleBeforeFinNs = 900_000_000;
const idleBeforeResetNs = 2_000_000_000;
/** A reset that answers a request comes within a round trip of it. */
const answerNs = 1_000_000_000;

/** The end of a connection: who ended it, and what went on before. */
export function watchClosing(scene: Scene, stream: RedisStream, isFromClient: boolean): void {
  const { flags, time } = scene.segment;
  if ((flags & (fin | rst)) === 0 || stream.isOver || stream.wasRefused) return;
  if ((flags & rst) !== 0) {
    scene.totals.timeline.reset(time);
    if (!isFromClient) resetByServer(scene, stream);
    else closedByClient(scene, stream);
    stream.isOver = true;
    return;
  }
  if (isFromClient) {
    if (stream.clientFinTime < 0 && stream.serverFinTime < 0) closedByClient(scene, stream);
    stream.clientFinTime = time;
  } else {
    if (stream.serverFinTime < 0 && stream.clientFinTime < 0) closedByServer(scene, stream);
    stream.serverFinTime = time;
  }
}

function closedByClient(scene: Scene, stream: RedisStream): void {
  const hasReplies = stream.conversation !== undefined && stream.conversation.pending.length === 0;
  if (hasReplies && stream.lastServerTime >= 0 && !stream.hasQuit) {
    stream.client.closed(scene.segment.time, scene);
  }
}

function closedByServer(scene: Scene, stream: RedisStream): void {
  const { time } = scene.segment;
  const { server } = stream;
  const waiting = stream.conversation?.pending.length ?? 0;
  if (stream.hasQuit || stream.lastErrorEndsConnection) return;
  noteEnd(scene, stream);
  if (afterZeroWindow(scene, stream, "FIN")) return;
  const idle = time - Math.max(stream.lastDataTime, stream.synAckTime);
  const hasBegun = stream.lastDataTime >= 0 || stream.synAckTime >= 0;
  if (hasBegun && waiting === 0 && idle >= idleBeforeFinNs) {
    server.signals.raise(
      "packets.fin-after-idle",
      scene.here(),
      () => `${server.label} closed a connection that had been idle for ${milliseconds(idle)}`,
    );
    return;
  }
  server.signals.raise(
    "packets.server-closed",
    scene.here(),
    () => `${server.label} closed a connection ${waitingText(waiting, idle)}`,
  );
}

function resetByServer(scene: Scene, stream: RedisStream): void {
  const { time } = scene.segment;
  const { server } = stream;
  // After its FIN or the client's, a reset only says that nobody reads what still comes.
  if (stream.serverFinTime >= 0 || stream.clientFinTime >= 0) return;
  if (stream.hasQuit || stream.lastErrorEndsConnection) return;
  if (!stream.isEstablished && stream.lastDataTime < 0) return;
  noteEnd(scene, stream);
  if (afterZeroWindow(scene, stream, "RST")) return;
  const waiting = stream.conversation?.pending.length ?? 0;
  const idle = time - stream.lastDataTime;
  const answers = time - stream.lastRequestTime < answerNs;
  const idleBefore = answers ? stream.idleBeforeRequest : idle;
  if (idleBefore >= idleBeforeResetNs && (answers || waiting === 0)) {
    server.signals.raise(
      "packets.reset-after-idle",
      scene.here(),
      () => `RST from ${server.label} after ${milliseconds(idleBefore)} without traffic`,
    );
    return;
  }
  server.signals.raise(
    "packets.reset",
    scene.here(),
    () => `RST from ${server.label} ${waitingText(waiting, idle)}`,
  );
}

function afterZeroWindow(scene: Scene, stream: RedisStream, how: string): boolean {
  if (stream.clientZeroWindowTime < 0) return false;
  const { server } = stream;
  server.signals.raise(
    "packets.close-after-zero-window",
    scene.here(),
    () => `${how} from ${server.label} after its client had stopped reading (window 0)`,
  );
  return true;
}

function noteEnd(scene: Scene, stream: RedisStream): void {
  const { time } = scene.segment;
  if (!stream.serverHasSpoken && stream.lastRequestTime >= 0 && stream.firstSynTime >= 0) {
    stream.server.silentCloses++;
    stream.server.silentClose ??= scene.here();
  }
  stream.server.lastCloseTime = time;
  stream.server.closes++;
}

function waitingText(waiting: number, idle: number): string {
  return waiting > 0
    ? `while ${waiting === 1 ? "a request" : `${waiting} requests`} waited for a reply`
    : `${milliseconds(Math.max(0, idle))} after the last data`;
}
