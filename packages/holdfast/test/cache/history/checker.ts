/** A change whose call has settled. */
export interface Change {
  readonly kind: "change";
  readonly process: string;
  readonly key: string;
  /** Of the primary, before the cache was told. */
  readonly version: number;
  /** How the cache was told. */
  readonly how: "delete" | "set" | "tag";
  readonly outcome: "applied" | "queued";
  readonly endedAt: number;
}

export interface Read {
  readonly kind: "read";
  readonly process: string;
  readonly key: string;
  readonly version: number;
  readonly startedAt: number;
}

/** The process has told Redis everything that was queued. */
export interface Recovered {
  readonly kind: "recovery";
  readonly process: string;
  readonly at: number;
}

export type Event = Change | Read | Recovered;

/** The most that is told of one history: the first tell the story. */
const toldMax = 5;

/**
 * The reads that gave an older value than the cache promises. A read must give at least the version
 * of every change that its process can know of:
 *
 * - its own process's, once the call has settled, whether it was applied or queued;
 * - another's, so long after Redis was told of it: when the call settled with `applied`, else when
 *   the process that made it had recovered.
 *
 * A key that comes back from the dead is such a read too.
 */
export function staleReads(events: readonly Event[], boundMs: number): string[] {
  const recoveries = events.filter((event) => event.kind === "recovery");
  const changes = new Map<string, Change[]>();
  for (const event of events) {
    if (event.kind !== "change") continue;
    changes.set(event.key, [...(changes.get(event.key) ?? []), event]);
  }
  const toldAt = ({ outcome, endedAt, process }: Change): number => {
    if (outcome === "applied") return endedAt;
    const after = recoveries.filter((each) => each.process === process && each.at >= endedAt);
    return Math.min(Number.POSITIVE_INFINITY, ...after.map(({ at }) => at));
  };
  return events
    .filter((event) => event.kind === "read")
    .toSorted((one, other) => one.startedAt - other.startedAt)
    .flatMap((read) => {
      const missed = (changes.get(read.key) ?? []).find((change) => {
        if (change.version <= read.version) return false;
        const isOwn = change.process === read.process;
        return read.startedAt > (isOwn ? change.endedAt : toldAt(change) + boundMs);
      });
      return missed === undefined ? [] : [told(read, missed)];
    })
    .slice(0, toldMax);
}

function told(read: Read, change: Change): string {
  const afterMs = Math.round(read.startedAt - change.endedAt);
  const { process, key, version, how, outcome } = change;
  return `${read.process} read ${read.key} at version ${read.version}, ${afterMs} ms after ${process} changed ${key} to ${version} (${how}, ${outcome})`;
}
