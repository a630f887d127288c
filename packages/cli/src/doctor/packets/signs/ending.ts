import type { RedisStream } from "../redis-stream.ts";
import type { Scene } from "../scene.ts";
import { unacknowledged } from "./loss.ts";
import { unanswered } from "./replying.ts";
import { unansweredHello } from "./tls.ts";

const secondNs = 1_000_000_000;
/** Shorter ones are opened and closed for a request or two. */
const shortNs = 5 * secondNs;
const stormStreams = 10;
const busyShare = 0.9;

/**
 * The stream is over, or the capture is.
 *
 * @param endTime - Until when its silence is known.
 */
export function endStream(scene: Scene, stream: RedisStream, endTime: number): void {
  unansweredConnect(scene, stream, endTime);
  unacknowledged(scene, stream);
  unanswered(scene, stream, endTime);
  unansweredHello(scene, stream, endTime);
  shortStream(scene, stream);
  busyStream(scene, stream, endTime);
  if (stream.conversation !== undefined) {
    scene.totals.gaps += stream.conversation.gaps;
    stream.client.forgot(stream.conversation.pending.length);
    stream.conversation.close();
    stream.conversation = undefined;
  }
}

/** One that waits for less than a second, or that a short capture ends, says nothing. */
function unansweredConnect(scene: Scene, stream: RedisStream, endTime: number): void {
  const { firstSynTime, lastSynTime, synRepeats } = stream;
  if (firstSynTime < 0 || stream.synAckTime >= 0 || stream.wasRefused) return;
  if (stream.isEstablished || stream.lastDataTime >= 0) return;
  if (synRepeats === 0 && endTime - firstSynTime < secondNs) return;
  stream.server.addUnanswered({
    time: firstSynTime,
    lastTime: lastSynTime,
    repeats: synRepeats,
    place: scene.at(stream.synFrame, firstSynTime),
  });
}

function shortStream(scene: Scene, stream: RedisStream): void {
  const isClosed = stream.finSeen || stream.rstSeen || stream.wasRefused;
  const life = stream.lastTime - stream.firstTime;
  if (stream.firstSynTime < 0 || !isClosed || life >= shortNs) return;
  const { server } = stream;
  server.shortStreams++;
  server.firstShort ??= scene.at(stream.firstFrame, stream.firstTime);
  if (life >= secondNs) return;
  // A process that opens a connection, asks and leaves is no storm; ten within a second are one.
  const recent = server.recentShort;
  recent.push(stream.firstTime);
  if (recent.length > stormStreams) recent.shift();
  const first = recent[0] as number;
  if (recent.length === stormStreams && Math.abs(stream.firstTime - first) < secondNs) {
    server.signals.raise(
      "packets.reconnect-storm",
      scene.at(stream.firstFrame, stream.firstTime),
      () => `${stormStreams} connections to ${server.label} were opened and closed within a second`,
    );
    recent.length = 0;
  }
}

function busyStream(scene: Scene, stream: RedisStream, endTime: number): void {
  const life = stream.lastTime - stream.firstTime;
  if (stream.busySince >= 0) stream.busyNs += Math.max(0, endTime - stream.busySince);
  stream.client.streams++;
  if (life < secondNs || stream.conversation === undefined) return;
  stream.client.longStreams++;
  if (stream.busyNs < busyShare * life) return;
  stream.client.busyStreams++;
  stream.client.busyPlace ??= scene.at(stream.firstFrame, stream.firstTime);
}
