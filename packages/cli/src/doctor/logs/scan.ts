import { mayBeFailure } from "holdfast/symptoms";
import { continues } from "./continues.ts";
import { type Entry, unwrap } from "./entry.ts";
import { mayBeKnownLine } from "./known-lines.ts";
import type { ByteSource } from "./source-text.ts";
import { StampReader } from "./stamp.ts";
import { lineMax, type Span, Window } from "./window.ts";

const windowBytes = 1024 * 1024;
/** Innocent text is passed in blocks of this size. */
const blockBytes = 4096;
/** What is kept of the text before the place that is looked at, for the beginnings of events. */
const keptBytes = 32 * 1024;
/** The most lines that one event has, before and after the line that tells of the failure. */
const eventLinesMax = 120;
const eventTextMax = 16 * 1024;
/** Of each line that belongs to an event. */
const entryTextMax = 8 * 1024;
/** The share of control characters that no text has. */
const strangeMax = 0.02;

/** Lines that belong together: one failure with its stack trace. */
export interface LogEvent {
  /** Without wrapping; at most 16 KiB. */
  readonly text: string;
  readonly line: number;
  readonly at: number | undefined;
  /** When the line before was written: how long it was quiet. Looked up when it is asked for. */
  readonly before: () => number | undefined;
  readonly process: string | undefined;
  readonly entry: Entry;
  /** Where the message begins, behind the stamp. */
  readonly messageAt: number;
}

/** What hears of a log's content. */
export interface LogListener {
  /** An event that may tell of a failure. */
  onEvent(event: LogEvent): void;
  /** A line now and then, so that time and processes of innocent parts are known. */
  onSample(entry: Entry, at: number | undefined): void;
  /** Called about once a megabyte. */
  onPart(): void | Promise<void>;
}

/** What was odd about a log's bytes. */
export interface ScanResult {
  readonly bytes: number;
  readonly lines: number;
  /** Lines that were cut since they are longer than 64 KiB. */
  readonly longLines: number;
  /** The content is not text. */
  readonly binary: boolean;
}

/** Goes once through a log, with constant memory. */
export class LogScanner {
  readonly #source: ByteSource;
  readonly #listener: LogListener;
  readonly #stamps: StampReader;
  readonly #window = new Window(windowBytes + keptBytes + lineMax);
  readonly #context: { now: number };
  /** What has been looked at. */
  #at = 0;
  /** The end of the last event: the next one begins behind it. */
  #floor = 0;
  #ended = false;
  #longLines = 0;
  #bytes = 0;
  #strange = 0;
  #lastFrom = -1;
  #lastEntry: Entry | undefined;

  constructor(source: ByteSource, listener: LogListener) {
    this.#source = source;
    this.#listener = listener;
    this.#context = { now: source.modified };
    this.#stamps = new StampReader(this.#context);
  }

  async scan(): Promise<ScanResult> {
    const window = this.#window;
    while (await this.#fill()) {
      this.#look();
      await this.#listener.onPart();
    }
    this.#sampleLast();
    const lastByte = window.end > 0 ? window.bytes[window.end - 1] : 0x0a;
    const lines = window.lineNumber(window.end) - (lastByte === 0x0a ? 1 : 0);
    return {
      bytes: this.#bytes,
      lines,
      longLines: this.#longLines,
      binary: this.#strange > this.#bytes * strangeMax,
    };
  }

  /** More bytes, as far as there are any; false when all has been looked at. */
  async #fill(): Promise<boolean> {
    const window = this.#window;
    if (this.#ended) return false;
    const kept = this.#keepFrom();
    if (kept > 0) {
      window.discard(kept);
      this.#lastFrom = -1;
      this.#at -= kept;
      this.#floor = Math.max(0, this.#floor - kept);
    }
    // A pipe gives little at a time: a window is looked at when it is full.
    while (window.end < window.bytes.length) {
      const count = await this.#source.read(window.room());
      if (count === 0) {
        this.#ended = true;
        break;
      }
      this.#countStrange(window.end, count);
      window.end += count;
      this.#bytes += count;
    }
    return true;
  }

  #keepFrom(): number {
    const low = this.#at - keptBytes;
    if (low <= 0) return 0;
    const line = this.#window.bytes.lastIndexOf(0x0a, low - 1);
    return line === -1 ? low : line + 1;
  }

  /** Binary files are looked at like others, but said: one byte in 64 is enough to tell. */
  #countStrange(from: number, count: number): void {
    for (let at = from; at < from + count; at += 64) {
      if ((this.#window.bytes[at] as number) < 9) this.#strange += 64;
    }
  }

  #look(): void {
    const window = this.#window;
    // A line or an event may go on in what has not been read yet.
    const limit = this.#ended ? window.end : window.end - lineMax;
    this.#sample();
    while (this.#at < limit) {
      const end = window.blockEnd(this.#at, blockBytes);
      const block = window.bytes.toString("latin1", this.#at, end);
      if (mayBeFailure(block) || mayBeKnownLine(block)) this.#lookAtLines(end);
      else this.#pass(end);
    }
  }

  #pass(end: number): void {
    if (end - this.#at >= lineMax) this.#longLines++;
    this.#at = end;
  }

  #lookAtLines(end: number): void {
    const window = this.#window;
    while (this.#at < end) {
      const span = window.lineAt(this.#at);
      const line = window.bytes.toString("latin1", span.from, span.to);
      if (mayBeFailure(line) || mayBeKnownLine(line)) this.#takeEvent(span);
      else this.#pass(span.next);
    }
  }

  /** The event around a line is told, and everything up to its end is done. */
  #takeEvent(span: Span): void {
    if (span.to - span.from >= lineMax) this.#longLines++;
    let first = span;
    let entry = this.#entry(span);
    const texts = [entry.text];
    for (
      let lines = 0;
      !entry.whole && lines < eventLinesMax && first.from > this.#floor;
      lines++
    ) {
      const previous = this.#previous(first);
      if (previous === undefined) break;
      const before = this.#entry(previous);
      if (!this.#continues(entry.text, before.text) || before.process !== entry.process) break;
      texts.unshift(before.text);
      entry = before;
      first = previous;
    }
    const next = entry.whole ? span.next : this.#goOn(span, entry.process, texts);
    this.#tell(first, entry, texts);
    this.#at = next;
    this.#floor = next;
  }

  /** The last line before that is neither empty nor of an event that has been told. */
  #previous(span: Span): Span | undefined {
    const window = this.#window;
    let previous = window.lineBefore(span.from);
    if (previous !== undefined && previous.to === previous.from) {
      previous = window.lineBefore(previous.from);
    }
    return previous === undefined || previous.from < this.#floor ? undefined : previous;
  }

  /** Takes the lines that go on with the event; gives where the next event begins. */
  #goOn(span: Span, process: string | undefined, texts: string[]): number {
    const window = this.#window;
    let before = texts.at(-1) ?? "";
    let next = span.next;
    for (let lines = 0; lines < eventLinesMax && next < window.end; lines++) {
      const following = window.lineAt(next);
      const entry = this.#entry(following);
      if (entry.whole || !this.#continues(entry.text, before) || entry.process !== process) break;
      texts.push(entry.text);
      if (entry.text !== "") before = entry.text;
      next = following.next;
    }
    return next;
  }

  #tell(first: Span, entry: Entry, texts: readonly string[]): void {
    const stamp = entry.at === undefined ? this.#stamps.read(entry.text) : undefined;
    this.#listener.onEvent({
      text: joined(texts),
      line: this.#window.lineNumber(first.from),
      at: entry.at ?? stamp?.at,
      before: () => {
        const previous = this.#window.lineBefore(first.from);
        return previous === undefined ? undefined : this.#timeOf(this.#entry(previous));
      },
      process: entry.process,
      entry,
      messageAt: stamp?.end ?? 0,
    });
  }

  #continues(text: string, before: string): boolean {
    return continues(text, before, (line) => this.#stamps.read(line) !== undefined);
  }

  /** The line's entry; the line that ended one event is the first that is looked at next. */
  #entry(span: Span): Entry {
    if (span.from !== this.#lastFrom || this.#lastEntry === undefined) {
      this.#lastEntry = unwrap(this.#textOf(span), this.#context);
      this.#lastFrom = span.from;
    }
    return this.#lastEntry;
  }

  /** The beginning of a line that is too long, and what may tell of a failure behind it. */
  #textOf(span: Span): string {
    const window = this.#window;
    if (span.to - span.from <= entryTextMax) return window.text(span, entryTextMax);
    const half = entryTextMax / 2;
    // Each piece begins in the one before it: nothing is torn.
    for (let from = span.from + half; from < span.to; from += half / 2) {
      const piece = window.bytes.toString("latin1", from, Math.min(span.to, from + half));
      if (!mayBeFailure(piece) && !mayBeKnownLine(piece)) continue;
      return `${window.text(span, half)} ${window.text({ ...span, from }, half)}`;
    }
    return window.text(span, entryTextMax);
  }

  #timeOf(entry: Entry): number | undefined {
    return entry.at ?? this.#stamps.read(entry.text)?.at;
  }

  /** The log's last line that is not empty. */
  #sampleLast(): void {
    const window = this.#window;
    let last = window.lineBefore(window.end);
    while (last !== undefined && last.to === last.from) last = window.lineBefore(last.from);
    if (last === undefined) return;
    const entry = this.#entry(last);
    this.#listener.onSample(entry, this.#timeOf(entry));
  }

  /** The first line of what was read, and some inside of it. */
  #sample(): void {
    const window = this.#window;
    const step = Math.max(4096, Math.floor((window.end - this.#at) / 64));
    for (let at = this.#at; at < window.end; at += step) {
      const from = at === this.#at ? at : window.lineAt(at).next;
      if (from >= window.end) return;
      const entry = this.#entry(window.lineAt(from));
      this.#listener.onSample(entry, this.#timeOf(entry));
    }
  }
}

function joined(texts: readonly string[]): string {
  if (texts.length === 1) return texts[0] as string;
  const all = texts.join("\n").trimEnd();
  if (all.length <= eventTextMax) return all;
  // The causes stand at the end, the message at the beginning.
  return `${all.slice(0, eventTextMax / 2)}\n${all.slice(-eventTextMax / 2)}`;
}
