import { type Segment, tcpFlags } from "../wire/segment.ts";
import { Assembler, type HeldBudget } from "./assembler.ts";
import { commandByHash, commandKinds, isPushHash } from "./commands.ts";
import { MessageReader } from "./message-reader.ts";
import { PendingRequests } from "./pending.ts";

const asterisk = 42;
const push = 62;
const minus = 45;
const exclamation = 33;

/** What is made of a conversation's messages. */
export interface ConversationListener {
  requested(command: number, time: number, frame: number): void;
  /** A reply to the oldest of `pending`, which is still in it. */
  replied(conversation: Conversation, reader: MessageReader): void;
  /** A message that no request asked for. */
  pushed(reader: MessageReader): void;
  failed(line: string, reader: MessageReader): void;
  /** What is pending will not be matched. */
  lost(conversation: Conversation): void;
}

/** Both directions of one Redis connection: requests in their order, and the replies to them. */
export class Conversation {
  readonly pending: PendingRequests = new PendingRequests();
  readonly #listener: ConversationListener;
  readonly #requests: Assembler;
  readonly #replies: Assembler;
  #requestsWereLost = true;
  #repliesWereLost = true;
  #hasSubscribed = false;
  /** After MONITOR and PSYNC the server sends what it likes. */
  #isFeed = false;
  /** Behind the first request since the place in the replies was lost; its reply finds it again. */
  #firstRequestEnd: number | undefined;

  constructor(listener: ConversationListener, budget: HeldBudget) {
    this.#listener = listener;
    this.#requests = new Assembler(
      new MessageReader({ message: (reader) => this.#request(reader) }, true),
      budget,
    );
    this.#replies = new Assembler(
      new MessageReader({ message: (reader) => this.#reply(reader) }, false),
      budget,
    );
    this.#requests.reader.isLost = true;
    this.#replies.reader.isLost = true;
  }

  get gaps(): number {
    return this.#requests.gaps + this.#replies.gaps;
  }

  /** The client's stream begins with this sequence number: nothing was missed. */
  clientBegins(sequence: number): void {
    this.#requests.begin(sequence);
    this.#requests.reader.reset();
  }

  serverBegins(sequence: number): void {
    this.#replies.begin(sequence);
    this.#replies.reader.reset();
  }

  fromClient(segment: Segment): void {
    if ((segment.flags & tcpFlags.ack) !== 0) {
      this.#replies.acknowledged(segment.acknowledgement, segment.time, segment.frame);
    }
    if (segment.payloadLength > 0) {
      const { reader } = this.#requests;
      if (reader.isLost && looksLikeRequest(segment)) {
        this.#forget();
        this.#requests.drop();
        this.#requests.begin(segment.sequence);
        reader.reset();
      }
    }
    this.#requests.take(segment);
    this.#noticeLoss();
  }

  fromServer(segment: Segment): void {
    if ((segment.flags & tcpFlags.ack) !== 0) {
      this.#requests.acknowledged(segment.acknowledgement, segment.time, segment.frame);
      this.pending.acknowledge(segment.acknowledgement, segment.time);
    }
    if (segment.payloadLength > 0) {
      const { reader } = this.#replies;
      if (reader.isLost && this.#answersFirstRequest(segment)) {
        this.#replies.drop();
        this.#replies.begin(segment.sequence);
        reader.reset();
      }
    }
    this.#replies.take(segment);
    this.#noticeLoss();
  }

  /** Lets go of what it holds: the stream is over. */
  close(): void {
    this.#requests.drop();
    this.#replies.drop();
    this.pending.clear();
  }

  #request(reader: MessageReader): void {
    if (this.#isFeed) return;
    const command = commandByHash(reader.wordHash);
    const kind = commandKinds[command];
    if (kind?.isSubscription === true) {
      this.#hasSubscribed = true;
      this.#isFeed = kind.name === "MONITOR" || kind.name.endsWith("SYNC");
      if (this.#isFeed) this.#forget();
      return;
    }
    const end = this.#requests.expected;
    if (this.#firstRequestEnd === undefined) this.#firstRequestEnd = end;
    if (!this.pending.push(reader.time, reader.frame, end, command)) {
      this.#replies.reader.isLost = true;
      this.#forget();
      return;
    }
    this.#listener.requested(command, reader.time, reader.frame);
  }

  #reply(reader: MessageReader): void {
    if (reader.top === minus || reader.top === exclamation) {
      const line = String.fromCharCode(...reader.error.subarray(0, reader.errorLength));
      this.#listener.failed(line.trimEnd(), reader);
    }
    if (this.#isFeed) return;
    const isMessage =
      reader.top === push ||
      (this.#hasSubscribed && reader.top === asterisk && isPushHash(reader.wordHash));
    if (isMessage || this.pending.length === 0) {
      if (isMessage) this.#listener.pushed(reader);
      return;
    }
    this.#listener.replied(this, reader);
    this.pending.shift();
  }

  /** Where either side lost its place, requests and replies can no longer be paired. */
  #noticeLoss(): void {
    const requestsAreLost = this.#requests.reader.isLost;
    const repliesAreLost = this.#replies.reader.isLost;
    const isNew =
      (requestsAreLost && !this.#requestsWereLost) || (repliesAreLost && !this.#repliesWereLost);
    this.#requestsWereLost = requestsAreLost;
    this.#repliesWereLost = repliesAreLost;
    if (isNew) this.#forget();
  }

  #forget(): void {
    if (this.pending.length > 0) this.#listener.lost(this);
    this.pending.clear();
    this.#firstRequestEnd = undefined;
    this.#replies.reader.isLost = true;
    this.#repliesWereLost = true;
  }

  #answersFirstRequest(segment: Segment): boolean {
    const end = this.#firstRequestEnd;
    return (
      end !== undefined &&
      ((segment.acknowledgement - end) | 0) >= 0 &&
      looksLikeReply(segment.bytes, segment.payloadStart, segment.payloadEnd)
    );
  }
}

/** `*2\r\n$3\r\n…`: nothing else begins so by accident. */
export function looksLikeRequest({ bytes, payloadStart, payloadEnd }: Segment): boolean {
  if (bytes[payloadStart] !== asterisk) return false;
  let at = payloadStart + 1;
  while (at < payloadEnd && isDigit(bytes[at])) at++;
  const digits = at - payloadStart - 1;
  return (
    digits > 0 && digits < 8 && bytes[at] === 13 && bytes[at + 1] === 10 && bytes[at + 2] === 36
  );
}

function looksLikeReply(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3) return false;
  const type = bytes[start] as number;
  if (type === 43 || type === minus) {
    const next = bytes[start + 1] as number;
    return next >= 65 && next <= 122;
  }
  if (![36, 37, 42, 58, 62, 95, 126, 35, 44, 40].includes(type)) return false;
  if (type === 95) return bytes[start + 1] === 13;
  const next = bytes[start + 1];
  return next === minus || isDigit(next) || type === 35;
}

function isDigit(character: number | undefined): boolean {
  return character !== undefined && character >= 48 && character <= 57;
}
