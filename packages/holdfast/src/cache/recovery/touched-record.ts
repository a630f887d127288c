/** The most that a record holds: entries, and characters of their names. */
export const recordMax: { readonly entries: number; readonly characters: number } = {
  entries: 10_000,
  characters: 4 * 1024 * 1024,
};

export interface KeyChange {
  readonly kind: "key";
  readonly name: string;
  readonly sequence?: number;
}

export interface MarkChange {
  readonly kind: "mark";
  readonly name: string;
  readonly token: string;
}

export type RecordChange = KeyChange | MarkChange;

/** Writes the record down where it outlives the process. */
export interface RecordJournal {
  append(change: RecordChange): void;
  /** The record is empty. */
  clear(): void;
}

/**
 * What Redis is still to be told: keys to delete and marks to set. It is bounded: when it
 * overflows, all of it gives way to one new mark of the whole cache, which invalidates more than
 * was asked for and so never less.
 */
export class TouchedRecord {
  readonly #newRootMark: () => MarkChange;
  #journal: RecordJournal | undefined;
  readonly #keys = new Map<string, number>();
  readonly #marks = new Map<string, string>();
  #characters = 0;
  #sequence = 0;
  #overflow: MarkChange | undefined;

  constructor(newRootMark: () => MarkChange) {
    this.#newRootMark = newRootMark;
  }

  /** From now on every change is written down, those that are adopted first of all. */
  keepIn(journal: RecordJournal, adopted: readonly RecordChange[]): void {
    for (const change of adopted) {
      if (change.kind === "key") this.addKey(change.name);
      else this.addMark(change.name, change.token);
    }
    this.#journal = journal;
  }

  get size(): number {
    return this.#keys.size + this.#marks.size + (this.#overflow === undefined ? 0 : 1);
  }

  get overflowed(): boolean {
    return this.#overflow !== undefined;
  }

  hasKey(id: string): boolean {
    return this.#keys.has(id);
  }

  /** Whether this change of the mark is the latest. */
  hasMark(name: string, token: string): boolean {
    const latest = this.#marks.get(name) ?? (name === "" ? this.#overflow?.token : undefined);
    return latest === token;
  }

  addKey(id: string): void {
    if (!this.#keys.has(id)) this.#characters += id.length;
    this.#keys.set(id, ++this.#sequence);
    this.#added({ kind: "key", name: id });
  }

  addMark(name: string, token: string): void {
    if (!this.#marks.has(name)) this.#characters += name.length;
    this.#marks.set(name, token);
    this.#added({ kind: "mark", name, token });
  }

  /** The changes to send first, at most so many. */
  oldest(count: number = Number.POSITIVE_INFINITY): RecordChange[] {
    const changes: RecordChange[] = this.#overflow === undefined ? [] : [this.#overflow];
    for (const [name, token] of this.#marks) {
      if (changes.length >= count) return changes;
      changes.push({ kind: "mark", name, token });
    }
    for (const [name, sequence] of this.#keys) {
      if (changes.length >= count) return changes;
      changes.push({ kind: "key", name, sequence });
    }
    return changes;
  }

  /** Redis has it. False when the same was noted again since the change was taken. */
  settle(change: RecordChange): boolean {
    const isSettled = change.kind === "key" ? this.#settleKey(change) : this.#settleMark(change);
    if (isSettled && this.size === 0) this.#journal?.clear();
    return isSettled;
  }

  #settleKey({ name, sequence }: KeyChange): boolean {
    const noted = this.#keys.get(name);
    if (noted === undefined || (sequence !== undefined && noted !== sequence)) return false;
    this.#keys.delete(name);
    this.#characters -= name.length;
    return true;
  }

  #settleMark({ name, token }: MarkChange): boolean {
    if (this.#overflow?.token === token) {
      this.#overflow = undefined;
      return true;
    }
    if (this.#marks.get(name) !== token) return false;
    this.#marks.delete(name);
    this.#characters -= name.length;
    return true;
  }

  #added(change: RecordChange): void {
    if (this.size > recordMax.entries || this.#characters > recordMax.characters) {
      this.#keys.clear();
      this.#marks.clear();
      this.#characters = 0;
      // One that is already on its way may have been sent before this change was made.
      const everything = this.#newRootMark();
      this.#overflow = everything;
      this.#journal?.append(everything);
    } else {
      this.#journal?.append(change);
    }
  }
}
