import type { Segment } from "../wire/segment.ts";
import type { Stream } from "./stream.ts";

/** The most streams that are followed at once. One takes some 8 KB with all that is known of it. */
export const maxStreams = 10_000;

/** Finds a segment's stream by its addresses and ports, in either direction. */
export class StreamTable<S extends Stream> {
  readonly #byHash = new Map<number, S>();
  readonly #create: (segment: Segment) => S;
  readonly #onLeave: (stream: S) => void;
  readonly #max: number;
  #count = 0;
  /** Segments of a stream tend to come in runs. */
  #recent: S | undefined;
  /** How the segment that was looked up last goes. */
  isFromHere = true;

  /**
   * @param onLeave - Told of every stream that is followed no further: replaced by another between
   *   the same ports, pushed out by newer ones, or there at the end.
   */
  constructor(
    create: (segment: Segment) => S,
    onLeave: (stream: S) => void,
    max: number = maxStreams,
  ) {
    this.#create = create;
    this.#onLeave = onLeave;
    this.#max = max;
  }

  find(segment: Segment): S {
    const recent = this.#recent;
    if (recent !== undefined && this.#belongs(segment, recent)) {
      if (!recent.isReopenedBy(segment, this.isFromHere)) return recent;
    }
    const hash = hashOf(segment);
    for (let stream = this.#byHash.get(hash); stream; stream = stream.next as S | undefined) {
      if (!this.#belongs(segment, stream)) continue;
      if (stream.isReopenedBy(segment, this.isFromHere)) {
        this.#remove(hash, stream);
        break;
      }
      this.#recent = stream;
      return stream;
    }
    return this.#add(hash, segment);
  }

  /** Ends every stream, in the order in which they began. */
  clear(): void {
    const all = this.#all().sort(
      (a, b) => a.firstTime - b.firstTime || a.firstFrame - b.firstFrame,
    );
    this.#byHash.clear();
    this.#count = 0;
    this.#recent = undefined;
    for (const stream of all) this.#onLeave(stream);
  }

  #belongs(segment: Segment, stream: S): boolean {
    if (stream.isFromHere(segment)) {
      this.isFromHere = true;
      return true;
    }
    if (stream.isFromThere(segment)) {
      this.isFromHere = false;
      return true;
    }
    return false;
  }

  #add(hash: number, segment: Segment): S {
    if (this.#count >= this.#max) this.#makeRoom();
    const stream = this.#create(segment);
    stream.next = this.#byHash.get(hash);
    this.#byHash.set(hash, stream);
    this.#count++;
    this.#recent = stream;
    this.isFromHere = true;
    return stream;
  }

  #remove(hash: number, stream: S): void {
    const first = this.#byHash.get(hash);
    if (first === stream) {
      if (stream.next === undefined) this.#byHash.delete(hash);
      else this.#byHash.set(hash, stream.next as S);
    } else {
      let before: Stream | undefined = first;
      while (before !== undefined && before.next !== stream) before = before.next;
      if (before !== undefined) before.next = stream.next;
    }
    stream.next = undefined;
    this.#count--;
    if (this.#recent === stream) this.#recent = undefined;
    this.#onLeave(stream);
  }

  /** Lets the quarter go that is closed or was silent for longest: seldom, so that it costs little. */
  #makeRoom(): void {
    const leaving = this.#all()
      .sort(
        (a, b) =>
          Number(b.rstSeen || b.finSeen) - Number(a.rstSeen || a.finSeen) ||
          a.lastTime - b.lastTime,
      )
      .slice(0, Math.ceil(this.#max / 4));
    for (const stream of leaving) this.#remove(hashOfStream(stream), stream);
  }

  #all(): S[] {
    const all: S[] = [];
    for (const first of this.#byHash.values()) {
      for (let stream: S | undefined = first; stream; stream = stream.next as S | undefined) {
        all.push(stream);
      }
    }
    return all;
  }
}

/** The same for both directions. */
function hashOf(segment: Segment): number {
  return mix(
    segment.source0 ^ segment.target0 ^ segment.source1 ^ segment.target1,
    segment.source2 ^ segment.target2 ^ segment.source3 ^ segment.target3,
    segment.sourcePort + segment.targetPort,
    segment.sourcePort ^ segment.targetPort,
  );
}

function hashOfStream(stream: Stream): number {
  return mix(
    stream.here0 ^ stream.there0 ^ stream.here1 ^ stream.there1,
    stream.here2 ^ stream.there2 ^ stream.here3 ^ stream.there3,
    stream.herePort + stream.therePort,
    stream.herePort ^ stream.therePort,
  );
}

/** At most 30 bits: the engine keeps such numbers without allocating. */
function mix(upper: number, lower: number, sum: number, difference: number): number {
  let hash = Math.imul(upper ^ Math.imul(lower, 0x9e3779b1), 0x85ebca6b);
  hash ^= Math.imul(sum + (difference << 16), 0xc2b2ae35);
  hash ^= hash >>> 15;
  return hash & 0x3fffffff;
}
