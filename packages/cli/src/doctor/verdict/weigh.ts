import { type CauseId, causeIds } from "../causes.ts";
import type { SignalId } from "../signals.ts";
import type { Signal, SourceKind, SourceReport } from "../source.ts";
import { rules } from "./rules.ts";

/** A signal as it counts for one cause. */
export interface Argument {
  readonly signal: Signal;
  readonly source: SourceKind;
  /** Above 0: for the cause. */
  readonly weight: number;
}

export interface WeighedCause {
  readonly cause: CauseId | "none";
  /** The sum of the weights. */
  readonly logOdds: number;
  /** 0 to 1: its share among all causes and none. */
  readonly probability: number;
  /** Strongest first. */
  readonly arguments: readonly Argument[];
  /** Sources that would show it and show nothing. */
  readonly silent: readonly SourceKind[];
}

/** What it takes to believe that something is wrong at all, and what speaks for that nothing is. */
const noneLogOdds = 1;
/** Of a cause for which nothing speaks: two dozen of them are together about as likely as none. */
const idleLogOdds = -2.5;
const healthyWeights: Readonly<Partial<Record<SignalId, number>>> = {
  "server.healthy": 1.5,
  "packets.healthy": 1.5,
};
const silentWeight = -1.2;
const speakingWeight = 1;
/** A setting makes a failure likelier; only a wrong one is a failure. */
const speakingSettingWeight = 4;
/** Nothing that rules of thumb say is surer. */
const certaintyMax = 0.99;

/** Symptoms that many causes share: how much of all failures they are tells how much they say. */
const shared: ReadonlySet<SignalId> = new Set<SignalId>([
  "logs.refused",
  "logs.reset",
  "logs.connect-timeout",
  "logs.command-timeout",
  "logs.not-connected",
  "logs.retries-exhausted",
]);

/** Weighs every cause, and that there is none; the likeliest first. */
export function weighCauses(reports: readonly SourceReport[]): WeighedCause[] {
  const failures = reports
    .flatMap(({ signals }) => signals)
    .filter(({ id }) => shared.has(id))
    .reduce((sum, { count }) => sum + count, 0);
  const causes = causeIds.map((cause) => weighCause(cause, reports, failures));
  const none = weighNone(reports);
  const all = [...causes, none];
  const highest = Math.max(...all.map(({ logOdds }) => logOdds));
  const shares = all.map(({ logOdds }) => Math.exp(logOdds - highest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return all
    .map((each, index) => ({
      ...each,
      probability: Math.min(certaintyMax, (shares[index] ?? 0) / total),
    }))
    .sort((a, b) => b.logOdds - a.logOdds);
}

type Weighing = Omit<WeighedCause, "probability">;

function weighCause(cause: CauseId, reports: readonly SourceReport[], failures: number): Weighing {
  const { signals: weights, shownBy } = rules[cause];
  const list: Argument[] = [];
  const silent: SourceKind[] = [];
  for (const { source, signals } of reports) {
    const found = signals.flatMap((signal): Argument[] => {
      const weight = weights[signal.id];
      if (weight === undefined) return [];
      return [{ signal, source, weight: weight * strengthOf(signal, failures) }];
    });
    list.push(...found);
    if (shownBy.includes(source) && !found.some(({ weight }) => weight > 0)) silent.push(source);
  }
  const sum = list.reduce((total, { weight }) => total + weight, 0);
  return {
    cause,
    logOdds: sum + (speaksFor(list) ? silent.length * silentWeight : idleLogOdds),
    arguments: list.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
    silent,
  };
}

/** Whether something speaks for a cause, and not merely fits it: a healthy server fits many. */
export function speaksFor(list: readonly Argument[]): boolean {
  return list.some(
    ({ weight, source }) =>
      weight >= (source === "settings" ? speakingSettingWeight : speakingWeight),
  );
}

function weighNone(reports: readonly SourceReport[]): Weighing {
  const list = reports.flatMap(({ source, signals }) =>
    signals.flatMap((signal): Argument[] => {
      const weight = healthyWeights[signal.id];
      return weight === undefined ? [] : [{ signal, source, weight }];
    }),
  );
  const sum = list.reduce((total, { weight }) => total + weight, noneLogOdds);
  return { cause: "none", logOdds: sum, arguments: list, silent: [] };
}

/** One event says a little less than many; a rare symptom among many others says less again. */
function strengthOf({ id, count }: Signal, failures: number): number {
  const often = id.startsWith("logs.") && count === 1 ? 0.85 : 1;
  if (!shared.has(id) || failures === 0) return often;
  return often * (0.4 + 0.6 * Math.min(1, (3 * count) / failures));
}
