import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { messageOf, unreachableError } from "../../failure.ts";
import type { OnProgress, Skipped } from "../source.ts";
import type { LogFile, LogsReport } from "./details.ts";
import { serverRole } from "./known-lines.ts";
import { expandPath } from "./paths.ts";
import { reportOf } from "./report.ts";
import { type LogListener, LogScanner } from "./scan.ts";
import { type ByteSource, fromStream, openLog } from "./source-text.ts";
import { Tally } from "./tally.ts";

export interface LogsOptions {
  /** What `-` is read from; `process.stdin` by default. */
  readonly stdin?: Readable;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/**
 * Reads logs once, each with constant memory.
 *
 * @param inputs - Paths, patterns, and `-` for standard input.
 * @throws CommandError with exit code 3 when not one of them can be read. Of several, those that
 * cannot be read are skipped and said.
 */
export async function examineLogs(
  inputs: readonly string[],
  options: LogsOptions = {},
): Promise<LogsReport> {
  const tally = new Tally();
  const files: LogFile[] = [];
  const skipped: Skipped[] = [];
  for (const path of await pathsOf(inputs, skipped)) {
    options.signal?.throwIfAborted();
    try {
      files.push(await examineLog(path, tally, options));
    } catch (error) {
      options.signal?.throwIfAborted();
      skipped.push({ id: `log ${path}`, reason: messageOf(error) });
    }
  }
  if (files.length === 0) {
    throw unreachableError(
      `no log can be read: ${skipped.map(({ id, reason }) => `${id.slice(4)}: ${reason}`).join("; ")}`,
    );
  }
  tally.finish();
  return reportOf(tally, files, skipped);
}

async function pathsOf(inputs: readonly string[], skipped: Skipped[]): Promise<string[]> {
  const paths = new Set<string>();
  for (const input of inputs) {
    const expanded = input === "-" ? ["-"] : await expandPath(input);
    if (expanded.length === 0) skipped.push({ id: `log ${input}`, reason: "no file matches" });
    for (const path of expanded) paths.add(path);
  }
  return [...paths];
}

async function examineLog(path: string, tally: Tally, options: LogsOptions): Promise<LogFile> {
  const source = await openInput(path, options);
  const recorder = new Recorder(path, tally, source, options);
  try {
    const result = await new LogScanner(source, recorder).scan();
    return recorder.file(result);
  } finally {
    await source.close();
  }
}

async function openInput(path: string, options: LogsOptions): Promise<ByteSource> {
  if (path === "-") return fromStream(options.stdin ?? process.stdin, Date.now());
  if ((await stat(path)).isDirectory()) throw new Error("is a folder; name its files");
  return openLog(path);
}

/** The most entries whose format is looked at. */
const formatSamples = 200;

/** Hears of one log and keeps what is told of it. */
class Recorder implements LogListener {
  readonly #path: string;
  readonly #tally: Tally;
  readonly #source: ByteSource;
  readonly #options: LogsOptions;
  readonly #formats = new Map<string, number>();
  #samples = 0;
  #failures = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  constructor(path: string, tally: Tally, source: ByteSource, options: LogsOptions) {
    this.#path = path;
    this.#tally = tally;
    this.#source = source;
    this.#options = options;
  }

  onEvent(event: Parameters<LogListener["onEvent"]>[0]): void {
    if (this.#tally.add(event, this.#path)) this.#failures++;
    this.#seen(event.at);
  }

  onSample(...[entry, at]: Parameters<LogListener["onSample"]>): void {
    this.#seen(at);
    // A server at work is no process whose calls could time out.
    if (serverRole(entry.text) === undefined) this.#tally.sample(entry.process ?? this.#path);
    if (this.#samples++ >= formatSamples || entry.text === "") return;
    this.#formats.set(entry.format, (this.#formats.get(entry.format) ?? 0) + 1);
  }

  onPart(): void {
    this.#options.signal?.throwIfAborted();
    const { done, size } = this.#source.position();
    const share = size === undefined || size === 0 ? undefined : Math.min(1, done / size);
    this.#options.onProgress?.({ step: `reading ${this.#path}`, share });
  }

  file(result: Awaited<ReturnType<LogScanner["scan"]>>): LogFile {
    const timed = Number.isFinite(this.#from);
    return {
      path: this.#path,
      format: [...this.#formats].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "plain",
      bytes: result.bytes,
      lines: result.lines,
      failures: this.#failures,
      from: timed ? new Date(this.#from).toISOString() : null,
      to: timed ? new Date(this.#to).toISOString() : null,
      notes: [
        ...(result.bytes === 0 ? ["empty"] : []),
        ...(result.binary ? ["not text: what is readable in it was looked at"] : []),
        ...(result.longLines > 0 ? ["has lines of more than 64 KiB, looked at in pieces"] : []),
        ...(result.bytes > 0 && !timed ? ["has no times: order only, no rhythm, no bursts"] : []),
      ],
    };
  }

  #seen(at: number | undefined): void {
    if (at === undefined) return;
    if (at < this.#from) this.#from = at;
    if (at > this.#to) this.#to = at;
  }
}
