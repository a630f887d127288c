import type { RedisStream } from "../redis-stream.ts";
import { commandKinds } from "../resp/commands.ts";
import type { Conversation, ConversationListener } from "../resp/conversation.ts";
import { errorMeaning } from "../resp/error-codes.ts";
import type { MessageReader } from "../resp/message-reader.ts";
import type { Scene } from "../scene.ts";
import { milliseconds } from "../text.ts";
import { increase } from "../totals.ts";

/** A server that answers nobody for this long, with a request before it, stood still. */
export const stallNs = 100_000_000;
/** A kernel acknowledges within its delayed-ACK time, whatever the process does. */
const promptAckNs = 250_000_000;
const fastNs = 10_000_000;
const movedMin = 10;

/** Requests, replies and errors of one stream. */
export class ReplyWatch implements ConversationListener {
  readonly #scene: Scene;
  readonly #stream: RedisStream;

  constructor(scene: Scene, stream: RedisStream) {
    this.#scene = scene;
    this.#stream = stream;
  }

  requested(command: number, time: number): void {
    const stream = this.#stream;
    this.#scene.totals.requests++;
    if (commandKinds[command]?.name === "QUIT") stream.hasQuit = true;
    if (stream.busySince < 0) stream.busySince = time;
    stream.client.requested(time, this.#scene);
  }

  replied({ pending }: Conversation, reader: MessageReader): void {
    const stream = this.#stream;
    const { totals } = this.#scene;
    const { time, command } = pending;
    const kind = commandKinds[command];
    const took = Math.max(0, reader.beganAt - time);
    totals.replies++;
    const ofCommand = totals.command(command);
    ofCommand.latencies.add(took);
    if (reader.top === 45 || reader.top === 33) ofCommand.errors++;
    totals.timeline.latency(command, reader.beganAt, took);
    if (kind?.isBlocking !== true) {
      totals.latencies.add(took);
      if (took >= stallNs) this.#slow(pending.frame, reader.beganAt, took, command, pending);
      else if (took < fastNs && kind?.isWrite !== true) this.#fastRead(reader.beganAt);
    }
    stream.server.lastReplyTime = Math.max(stream.server.lastReplyTime, reader.time);
    stream.client.replied(reader.time);
    if (pending.length === 1) this.#idle(reader.time);
  }

  pushed(reader: MessageReader): void {
    this.#scene.totals.pushes++;
    this.#stream.server.lastReplyTime = Math.max(this.#stream.server.lastReplyTime, reader.time);
  }

  failed(line: string): void {
    const { totals } = this.#scene;
    const stream = this.#stream;
    const { code, signal, quote } = errorMeaning(line);
    increase(totals.errorReplies, code);
    const place = this.#scene.here();
    const { server } = stream;
    if (signal !== undefined) {
      server.signals.raise(signal, place, () => `${server.label} replied ${quote}`);
      const ends = signal === "packets.reply-maxclients" || signal === "packets.reply-denied";
      stream.lastErrorEndsConnection ||= ends;
    } else if (code === "MOVED" || code === "ASK") {
      server.signals.raise("packets.reply-moved", place, () => `${server.label} replied ${quote}`);
    }
  }

  lost({ pending }: Conversation): void {
    this.#stream.client.forgot(pending.length);
    this.#idle(this.#scene.segment.time);
  }

  #idle(time: number): void {
    const stream = this.#stream;
    if (stream.busySince >= 0) stream.busyNs += Math.max(0, time - stream.busySince);
    stream.busySince = -1;
  }

  #fastRead(time: number): void {
    const { server } = this.#stream;
    if (server.slowWrites > 0 && time - server.lastSlowWriteTime < 1_000_000_000) {
      server.fastReadsWhileSlow++;
    }
  }

  /** Told apart: the network lost something, the server did nothing, or it did this alone. */
  #slow(
    frame: number,
    answeredAt: number,
    took: number,
    command: number,
    { time, acknowledgedAt }: Conversation["pending"],
  ): void {
    const stream = this.#stream;
    const { server } = stream;
    if (stream.lastServerLossTime > time) return;
    const wasAcknowledged =
      acknowledgedAt >= 0 &&
      acknowledgedAt - time < promptAckNs &&
      answeredAt - acknowledgedAt > took / 3;
    if (!wasAcknowledged) return;
    if (commandKinds[command]?.isWrite === true) {
      if (server.slowWrites++ === 0) server.firstSlowWriteTime = time;
      server.lastSlowWriteTime = answeredAt;
      server.slowWritePlace ??= this.#scene.at(frame, time);
    } else {
      server.slowReads++;
    }
    const silentSince = Math.max(time, server.lastReplyTime);
    if (answeredAt - silentSince < stallNs) return;
    server.addStall({
      startTime: silentSince,
      endTime: answeredAt,
      place: this.#scene.at(frame, time),
      command,
      wasAnswered: true,
    });
  }
}

/** At the end of a stream: requests that nobody answered. */
export function unanswered(scene: Scene, stream: RedisStream, endTime: number): void {
  const { conversation, server } = stream;
  if (conversation === undefined || conversation.pending.length === 0) return;
  const { pending } = conversation;
  const { time, frame, command, acknowledgedAt } = pending;
  scene.totals.unansweredRequests += pending.length;
  const silentSince = Math.max(time, server.lastReplyTime);
  const isBlocking = commandKinds[command]?.isBlocking === true;
  const wasStill = endTime - silentSince >= 3 * stallNs && stream.lastServerLossTime < time;
  if (isBlocking || acknowledgedAt < 0 || !wasStill) return;
  server.addStall({
    startTime: silentSince,
    endTime,
    place: scene.at(frame, time),
    command,
    wasAnswered: false,
  });
}

/** A client of a cluster is redirected now and then; again and again is another thing. */
export function isRedirectedOften(moved: number, replies: number): boolean {
  return moved >= movedMin && moved >= replies / 10;
}

export function stallText(command: number, nanoseconds: number, wasAnswered: boolean): string {
  const name = commandKinds[command]?.name ?? "OTHER";
  return wasAnswered
    ? `${name} was acknowledged at once and answered after ${milliseconds(nanoseconds)}`
    : `${name} was acknowledged at once and not answered within ${milliseconds(nanoseconds)}`;
}
