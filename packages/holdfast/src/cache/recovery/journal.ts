import { randomBytes } from "node:crypto";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { HoldfastError } from "../../core/index.ts";
import type { RecordChange, RecordJournal } from "./touched-record.ts";

/** Beyond this a journal is written anew, with what is still to be done only. */
export const journalMaxBytes: number = 16 * 1024 * 1024;

const suffix = ".touched";

/** Journals that this process has open: its own process id alone does not tell them from old ones. */
const open = new Set<string>();

export interface Journal extends RecordJournal {
  /** False once a write has failed: the record is then kept in memory alone. */
  readonly isWriting: boolean;
  /** What processes that are dead had left to do. */
  readonly adopted: readonly RecordChange[];
  /** Its file goes too when nothing is left to do. */
  close(): void;
}

/**
 * Opens a journal of its own in the directory, and takes over those of processes that are dead.
 * Each change is one line, written before the caller is told `queued`; it is not forced to the
 * disk, so it outlives the process and not a loss of power.
 *
 * Throws `HOLDFAST_OPTIONS` when the directory cannot be made or written.
 */
export function openJournal(
  directory: string,
  namespace: string,
  snapshot: () => readonly RecordChange[],
): Journal {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const dead = deadJournals(directory, namespace);
    const adopted = dead.flatMap(readJournal);
    const name = `${namespace}-${process.pid}-${randomBytes(6).toString("hex")}${suffix}`;
    const journal = new FileJournal(join(directory, name), adopted, snapshot);
    // Only now: what they had to say stands in the new one.
    for (const path of dead) rmSync(path, { force: true });
    return journal;
  } catch (cause) {
    throw new HoldfastError("HOLDFAST_OPTIONS", "createCache: spoolDirectory cannot be used", {
      cause,
    });
  }
}

class FileJournal implements Journal {
  readonly adopted: readonly RecordChange[];
  readonly #path: string;
  readonly #file: number;
  readonly #snapshot: () => readonly RecordChange[];
  #bytes = 0;
  #isWriting = true;

  constructor(
    path: string,
    adopted: readonly RecordChange[],
    snapshot: () => readonly RecordChange[],
  ) {
    this.#path = path;
    this.#snapshot = snapshot;
    this.adopted = adopted;
    this.#file = openSync(path, "ax", 0o600);
    open.add(path);
    this.#write(adopted);
  }

  get isWriting(): boolean {
    return this.#isWriting;
  }

  append(change: RecordChange): void {
    this.#guarded(() => {
      this.#write([change]);
      if (this.#bytes <= journalMaxBytes) return;
      this.#truncate();
      this.#write(this.#snapshot());
    });
  }

  clear(): void {
    this.#guarded(() => this.#truncate());
  }

  close(): void {
    open.delete(this.#path);
    this.#guarded(() => {
      closeSync(this.#file);
      if (this.#bytes === 0) rmSync(this.#path, { force: true });
    });
  }

  #truncate(): void {
    ftruncateSync(this.#file);
    this.#bytes = 0;
  }

  #write(changes: readonly RecordChange[]): void {
    const text = changes.map((change) => `${JSON.stringify(lineOf(change))}\n`).join("");
    if (text !== "") this.#bytes += writeSync(this.#file, text);
  }

  /** A full disk is no reason to fail a deletion: it is then remembered by this process alone. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch {
      this.#isWriting = false;
    }
  }
}

function lineOf(change: RecordChange): string[] {
  return change.kind === "key" ? ["k", change.name] : ["m", change.name, change.token];
}

/** The changes of a journal; a line that was cut off, or is damaged, is left out. */
function readJournal(path: string): RecordChange[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return changeOf(JSON.parse(line) as unknown);
      } catch {
        return [];
      }
    });
}

function changeOf(line: unknown): RecordChange[] {
  if (!Array.isArray(line) || !line.every((part) => typeof part === "string")) return [];
  const [kind, name, token] = line as (string | undefined)[];
  if (kind === "k" && name !== undefined) return [{ kind: "key", name }];
  if (kind === "m" && name !== undefined && token !== undefined) {
    return [{ kind: "mark", name, token }];
  }
  return [];
}

function deadJournals(directory: string, namespace: string): string[] {
  return readdirSync(directory)
    .filter((file) => {
      const owner =
        file.startsWith(`${namespace}-`) && file.endsWith(suffix) && ownerOf(file, namespace);
      return typeof owner === "number" && isDead(owner, join(directory, file));
    })
    .map((file) => join(directory, file));
}

/** The process that wrote it; `undefined` for another namespace's whose name begins alike. */
function ownerOf(file: string, namespace: string): number | undefined {
  const match = /^(\d+)-[0-9a-f]{12}$/.exec(file.slice(namespace.length + 1, -suffix.length));
  return match === null ? undefined : Number(match[1]);
}

function isDead(pid: number, path: string): boolean {
  // In a container every process may have the same id as the one before it.
  if (pid === process.pid) return !open.has(path);
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
