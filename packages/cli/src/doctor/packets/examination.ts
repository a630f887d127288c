import type { PacketSink } from "./file/decoder.ts";
import { linkTypeName } from "./file/link-types.ts";
import type { RedisStream } from "./redis-stream.ts";
import { HeldBudget } from "./resp/assembler.ts";
import type { Scene } from "./scene.ts";
import { Servers } from "./servers.ts";
import type { Place } from "./signs/collector.ts";
import { endStream } from "./signs/ending.ts";
import { watchSegment } from "./stream-watch.ts";
import { StreamTable } from "./tcp/stream-table.ts";
import { Totals } from "./totals.ts";
import { decodePacket } from "./wire/decode.ts";
import { Segment, tcpFlags } from "./wire/segment.ts";

/** What one file held, as far as it is no segment's business. */
export interface FileCounts {
  readonly file: string;
  packets: number;
  cutPackets: number;
  fragments: number;
  undecodable: number;
  readonly linkTypes: Set<string>;
}

/** Told of every segment and what the analysis says of it; for tests and for comparing captures. */
export type SegmentListener = (segment: Segment, found: number, stream: RedisStream) => void;

/** Takes the packets of one capture after another and knows all that was seen. */
export class Examination implements PacketSink, Scene {
  readonly segment: Segment = new Segment();
  readonly totals: Totals = new Totals();
  readonly budget: HeldBudget = new HeldBudget();
  readonly servers: Servers;
  readonly #table: StreamTable<RedisStream>;
  readonly #onSegment: SegmentListener | undefined;
  #file: FileCounts = newCounts("");
  /** The second in which the first packet came: times count from there, exact to the nanosecond. */
  #startSeconds: number | undefined;
  #firstTime = 0;
  #lastTime = 0;
  #linkType = -1;

  constructor(ports: readonly number[], onSegment?: SegmentListener) {
    this.servers = new Servers(ports);
    this.#onSegment = onSegment;
    this.#table = new StreamTable<RedisStream>(
      (segment) => {
        this.totals.streams++;
        return this.servers.open(segment);
      },
      (stream) => endStream(this, stream, this.#lastTime),
    );
  }

  /** Milliseconds since 1970 of time 0. */
  get startAt(): number {
    return (this.#startSeconds ?? 0) * 1000;
  }

  get firstTime(): number {
    return this.#firstTime;
  }

  get lastTime(): number {
    return this.#lastTime;
  }

  beginFile(file: string): FileCounts {
    this.#file = newCounts(file);
    return this.#file;
  }

  /** Ends the streams of a file: those of another one are others, even between the same ports. */
  endFile(): void {
    this.#table.clear();
  }

  here(): Place {
    return this.at(this.segment.frame, this.segment.time);
  }

  at(frame: number, time: number): Place {
    return { file: this.#file.file, frame, at: this.startAt + time / 1e6 };
  }

  packet(
    bytes: Uint8Array,
    start: number,
    end: number,
    originalLength: number,
    linkType: number,
    seconds: number,
    nanoseconds: number,
  ): void {
    const { segment, totals } = this;
    const file = this.#file;
    totals.packets++;
    file.packets++;
    if (end - start < originalLength) file.cutPackets++;
    if (this.#startSeconds === undefined) {
      this.#startSeconds = seconds;
      this.#firstTime = nanoseconds;
    }
    const time = (seconds - this.#startSeconds) * 1e9 + nanoseconds;
    if (time > this.#lastTime) this.#lastTime = time;
    totals.timeline.packet(time);
    const kind = decodePacket(segment, bytes, start, end, originalLength, linkType);
    if (linkType !== this.#linkType || file.packets === 1) {
      this.#linkType = linkType;
      file.linkTypes.add(linkTypeName(linkType));
    }
    if (kind === "tcp") {
      segment.frame = file.packets;
      segment.time = time;
      this.#tcp(segment);
    } else if (kind === "fragment") {
      file.fragments++;
    } else if (kind !== "other") {
      file.undecodable++;
    }
  }

  #tcp(segment: Segment): void {
    const { totals } = this;
    totals.tcpPackets++;
    if ((segment.flags & tcpFlags.rst) !== 0) totals.resets++;
    const stream = this.#table.find(segment);
    const { isFromHere } = this.#table;
    const found = stream.take(segment, isFromHere);
    if (found !== 0) totals.mark(found);
    watchSegment(this, this.servers, stream, isFromHere, found);
    this.#onSegment?.(segment, found, stream);
  }
}

function newCounts(file: string): FileCounts {
  return {
    file,
    packets: 0,
    cutPackets: 0,
    fragments: 0,
    undecodable: 0,
    linkTypes: new Set(),
  };
}
