import type { RedisStream } from "../redis-stream.ts";
import type { Scene } from "../scene.ts";
import { isAfter } from "../tcp/analysis.ts";
import { milliseconds } from "../text.ts";
import { tcpFlags } from "../wire/segment.ts";

const { syn, rst, ack } = tcpFlags;

/** How soon after the end of connections a refusal belongs to it. */
const restartNs = 30_000_000_000;

/** Attempts to connect: answered, refused, or repeated without an answer. */
export function watchConnecting(scene: Scene, stream: RedisStream, isFromClient: boolean): void {
  const { segment } = scene;
  const { flags, time } = segment;
  const { server } = stream;
  if (isFromClient) {
    if ((flags & (syn | ack)) === syn) sentSyn(scene, stream);
    else if (stream.synAckTime >= 0 && (flags & ack) !== 0) stream.isEstablished = true;
    return;
  }
  if ((flags & (syn | ack)) === (syn | ack)) {
    if (stream.synAckTime < 0) {
      stream.synAckTime = time;
      if (stream.firstSynTime >= 0) {
        server.lastAnsweredSynTime = Math.max(server.lastAnsweredSynTime, stream.firstSynTime);
        if (stream.synRepeats > 0) server.lateAnswers++;
      }
    }
    return;
  }
  const isRefusal =
    (flags & rst) !== 0 &&
    stream.synAckTime < 0 &&
    stream.firstSynTime >= 0 &&
    !stream.wasRefused &&
    !isAfter(segment.acknowledgement, (stream.here.nextSequence + 1) | 0);
  if (isRefusal) refused(scene, stream);
}

function sentSyn(scene: Scene, stream: RedisStream): void {
  const { segment } = scene;
  stream.lastSynTime = segment.time;
  if (stream.firstSynTime >= 0) {
    stream.synRepeats++;
    return;
  }
  stream.firstSynTime = segment.time;
  stream.synFrame = segment.frame;
  stream.server.connects++;
  stream.client.connected(segment.time, scene);
}

function refused(scene: Scene, stream: RedisStream): void {
  const { server } = stream;
  const { time } = scene.segment;
  stream.wasRefused = true;
  server.refused++;
  const place = scene.here();
  server.signals.raise(
    "packets.syn-refused",
    place,
    () => `SYN to ${server.label} in frame ${stream.synFrame} answered by RST`,
  );
  if (server.lastCloseTime >= 0 && time - server.lastCloseTime < restartNs) {
    server.signals.raise(
      "packets.reset-then-refused",
      place,
      () =>
        `${server.label} ended connections and refused new ones ${milliseconds(time - server.lastCloseTime)} later`,
    );
  }
}
