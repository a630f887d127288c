import type { SymptomId } from "holdfast/symptoms";
import type { Signal, Skipped } from "../source.ts";
import { burstsOf, periodOf } from "./bursts.ts";
import type { LogFile, LogsDetails, LogsReport, NamedCount, SymptomCount } from "./details.ts";
import type { SymptomTally, Tally } from "./tally.ts";

/** The most names and bursts that are told. */
const toldMax = 50;

/** Puts what was added up into the report. */
export function reportOf(
  tally: Tally,
  files: readonly LogFile[],
  skipped: readonly Skipped[],
): LogsReport {
  return {
    source: "logs",
    signals: signalsOf(tally),
    findings: [],
    passed: [],
    skipped,
    logs: detailsOf(tally, files),
  };
}

/** What could also be another program's counts only where nothing else was found. */
function signalsOf(tally: Tally): Signal[] {
  const sure = tally.keeper.signals();
  const failures = [...tally.symptoms.values()].some(({ count, uncertain }) => count > uncertain);
  return failures ? sure : [...sure, ...tally.uncertain.signals()];
}

function detailsOf(tally: Tally, files: readonly LogFile[]): LogsDetails {
  const { timeline } = tally;
  const all = new Map<number, number>();
  for (const name of timeline.names()) {
    for (const [at, count] of timeline.points(name)) all.set(at, (all.get(at) ?? 0) + count);
  }
  const points = [...all].sort(([a], [b]) => a - b);
  const timeouts = burstsOf(timeline.points("command-timeout"), timeline.stepMs);
  return {
    files,
    from: extreme(files.map(({ from }) => from)),
    to: extreme(
      files.map(({ to }) => to),
      -1,
    ),
    symptoms: [...tally.symptoms].map(toCount).sort((a, b) => b.count - a.count),
    order: orderOf(tally.symptoms),
    clients: ranked(tally.clients),
    hosts: ranked(tally.hosts),
    processes: ranked(new Map([...tally.processes].map(([name, { timeouts: n }]) => [name, n]))),
    bursts: burstsOf(points, timeline.stepMs)
      .sort((a, b) => b.count - a.count)
      .slice(0, toldMax),
    period: periodOf(timeouts) ?? null,
    timeline: {
      stepMs: timeline.stepMs,
      series: Object.fromEntries(timeline.names().map((name) => [name, timeline.points(name)])),
    },
  };
}

function toCount([symptom, tally]: readonly [SymptomId, SymptomTally]): SymptomCount {
  const { count, uncertain, firstAt, lastAt, first } = tally;
  return { symptom, count, uncertain, firstAt: iso(firstAt), lastAt: iso(lastAt), first };
}

/** By time where all have one, else by their order in the logs. */
function orderOf(symptoms: ReadonlyMap<SymptomId, SymptomTally>): SymptomId[] {
  const entries = [...symptoms];
  const timed = entries.every(([, { firstAt }]) => firstAt !== undefined);
  return entries
    .sort(([, a], [, b]) => (timed ? (a.firstAt ?? 0) - (b.firstAt ?? 0) : 0) || a.index - b.index)
    .map(([symptom]) => symptom);
}

function ranked<Name extends string>(counts: ReadonlyMap<Name, number>): NamedCount<Name>[] {
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, toldMax);
}

function iso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

/** The first of times as text, or with -1 the last. */
function extreme(times: readonly (string | null)[], direction: 1 | -1 = 1): string | null {
  const known = times.filter((time) => time !== null).sort();
  return (direction === 1 ? known[0] : known.at(-1)) ?? null;
}
