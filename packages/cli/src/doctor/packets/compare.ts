import type { RedisStream } from "./redis-stream.ts";
import type { Comparison } from "./report.ts";
import { type Segment, tcpFlags } from "./wire/segment.ts";

/** The most segments that are remembered; beyond that, every second stream is left out, and so on. */
const maxEntries = 200_000;
/** Segments that one end alone saw by more than this share were not cut in the same way. */
const maxStrange = 0.5;

interface Entry {
  readonly stream: number;
  readonly toServer: boolean;
  readonly time: number;
  first: number;
  second: number;
}

interface Window {
  start: number;
  end: number;
}

/** Two captures, one from each end: a segment that one end sent and the other never saw was lost. */
export class CaptureComparison {
  readonly #entries = new Map<string, Entry>();
  readonly #windows: [Window, Window] = [
    { start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY },
    { start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY },
  ];
  /** From SYN to SYN-ACK, summed: it is longer at the client's end. */
  readonly #handshakes = [0, 0];
  #mask = 0;

  take(segment: Segment, stream: RedisStream, file: 0 | 1): void {
    const window = this.#windows[file];
    if (segment.time < window.start) window.start = segment.time;
    if (segment.time > window.end) window.end = segment.time;
    const isSyn = (segment.flags & tcpFlags.syn) !== 0;
    if (stream.role !== "redis" || (segment.payloadLength === 0 && !isSyn)) return;
    const id = streamId(stream);
    if ((id & this.#mask) !== 0) return;
    const toServer = stream.isFromHere(segment) === stream.clientIsHere;
    if (isSyn && !toServer && stream.firstSynTime >= 0) {
      this.#handshakes[file] =
        (this.#handshakes[file] as number) + segment.time - stream.firstSynTime;
    }
    const key = `${id}/${toServer ? "" : "-"}${segment.sequence}/${segment.payloadLength}`;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      // A first SYN is looked for like any other: the second file cannot know the first one's.
      entry = { stream: id, toServer, time: segment.time, first: 0, second: 0 };
      this.#entries.set(key, entry);
      if (this.#entries.size > maxEntries) this.#thin();
    }
    if (file === 0) entry.first++;
    else entry.second++;
  }

  /** Nothing when the captures have no stream in common. */
  result(files: readonly [string, string]): Comparison | undefined {
    const common = new Set<number>();
    for (const entry of this.#entries.values()) {
      if (entry.first > 0 && entry.second > 0) common.add(entry.stream);
    }
    const counted = [...this.#entries.values()].filter(
      ({ stream, time }) =>
        common.has(stream) && this.#windows.every((window) => isIn(window, time)),
    );
    if (counted.length === 0) return undefined;
    const missing = (toServer: boolean, file: "first" | "second"): number =>
      counted
        .filter((entry) => entry.toServer === toServer)
        .reduce((sum, { first, second }) => {
          return sum + Math.max(0, file === "second" ? first - second : second - first);
        }, 0);
    const firstIsClients = missing(true, "second") + missing(false, "first");
    const secondIsClients = missing(true, "first") + missing(false, "second");
    const [firstWait = 0, secondWait = 0] = this.#handshakes;
    const clientFirst =
      firstIsClients === secondIsClients
        ? firstWait >= secondWait
        : firstIsClients > secondIsClients;
    // What the wrong end alone saw was cut or merged on its way, by offloading in the network card.
    const strange = Math.min(firstIsClients, secondIsClients);
    if (strange > maxStrange * counted.length) return undefined;
    const sent = (toServer: boolean): number =>
      counted
        .filter((entry) => entry.toServer === toServer)
        .reduce((sum, { first, second }) => {
          return sum + (clientFirst === toServer ? first : second);
        }, 0);
    return {
      files: clientFirst ? files : [files[1], files[0]],
      streams: common.size,
      toServer: { sent: sent(true), lost: missing(true, clientFirst ? "second" : "first") },
      toClient: { sent: sent(false), lost: missing(false, clientFirst ? "first" : "second") },
    };
  }

  #thin(): void {
    this.#mask = this.#mask * 2 + 1;
    for (const [key, { stream }] of this.#entries) {
      if ((stream & this.#mask) !== 0) this.#entries.delete(key);
    }
  }
}

function isIn({ start, end }: Window, time: number): boolean {
  return time >= start && time <= end;
}

/** The same in both captures, and evenly spread in its low bits. */
function streamId(stream: RedisStream): number {
  const [client3, clientPort] = stream.clientIsHere
    ? [stream.here3, stream.herePort]
    : [stream.there3, stream.therePort];
  const mixed = Math.imul(client3 ^ Math.imul(clientPort, 0x9e3779b1), 0x85ebca6b);
  const server = Math.imul(stream.server.port, 0xc2b2ae35);
  const hash = mixed ^ server;
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}
