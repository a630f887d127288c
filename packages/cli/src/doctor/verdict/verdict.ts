import type { CauseId } from "../causes.ts";
import { signalMeanings } from "../signals.ts";
import type { Evidence, SourceKind, SourceReport } from "../source.ts";
import { addressed, type FixContext, fixesFor } from "./fixes.ts";
import { whatTellsApart } from "./pairs.ts";
import { rules } from "./rules.ts";
import { type Argument, speaksFor, type WeighedCause, weighCauses } from "./weigh.ts";

/** A signal that speaks for or against a cause, with what was seen. */
export interface VerdictEvidence {
  readonly signal: string;
  readonly meaning: string;
  readonly source: SourceKind;
  readonly count: number;
  /** Above 0: for the cause; the logarithm of a likelihood ratio. */
  readonly weight: number;
  readonly seen: readonly Evidence[];
}

export interface RankedCause {
  readonly cause: CauseId;
  readonly title: string;
  /** 0 to 1. */
  readonly score: number;
  readonly evidence: readonly VerdictEvidence[];
}

export interface RunnerUp {
  readonly cause: CauseId;
  readonly title: string;
  readonly score: number;
  /** Why it is not this one. */
  readonly whyNot: string;
}

export interface Verdict {
  readonly cause: CauseId | "none";
  /** 0 to 1. */
  readonly confidence: number;
  /** One sentence. */
  readonly summary: string;
  readonly evidence: readonly VerdictEvidence[];
  readonly fixes: readonly string[];
  readonly runnerUp: RunnerUp | null;
  /** Another cause that what was looked at cannot tell from this one. */
  readonly alsoPossible: CauseId | null;
  /** What to collect to be sure. */
  readonly collect: readonly string[];
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Every cause for which something speaks, the likeliest first. */
  readonly causes: readonly RankedCause[];
}

/** Two causes are named together up to this difference: one is five times as likely as the other. */
const closeLogOdds = Math.log(5);
/** Below this nothing is named. */
const sureMin = 0.2;

/** Weighs what all sources say. */
export function judge(reports: readonly SourceReport[], context: FixContext): Judgement {
  const weighed = weighCauses(reports);
  const looked = reports.map(({ source }) => source);
  const causes = weighed.flatMap((each) => ranked(each));
  const [first] = weighed;
  const named = weighed.filter(
    (each): each is NamedCause => each.cause !== "none" && speaksFor(each.arguments),
  );
  const [best, second] = named;
  if (
    first === undefined ||
    first.cause === "none" ||
    best === undefined ||
    best.probability < sureMin
  ) {
    return { verdict: noVerdict(weighed, best), causes };
  }
  const close = second !== undefined && best.logOdds - second.logOdds < closeLogOdds;
  const collect =
    second === undefined || best.logOdds - second.logOdds > 2 * closeLogOdds
      ? []
      : whatTellsApart(best.cause, second.cause, looked).map((text) => addressed(text, context));
  const alsoPossible = close && collect.length > 0 ? second.cause : null;
  const { title } = rules[best.cause];
  return {
    verdict: {
      cause: best.cause,
      confidence: rounded(best.probability),
      summary:
        alsoPossible === null
          ? sentence(title)
          : `${sentence(title)} Or: ${rules[alsoPossible].title}. ${namesOf(looked)} alone cannot tell.`,
      evidence: evidenceOf(best.arguments),
      fixes: fixesFor(best.cause, context),
      runnerUp: second === undefined ? null : runnerUpOf(best, second),
      alsoPossible,
      collect,
    },
    causes,
  };
}

type NamedCause = WeighedCause & { readonly cause: CauseId };

function ranked(each: WeighedCause): RankedCause[] {
  const { cause } = each;
  if (cause === "none" || !speaksFor(each.arguments)) return [];
  const score = rounded(each.probability);
  return [{ cause, title: rules[cause].title, score, evidence: evidenceOf(each.arguments) }];
}

function noVerdict(weighed: readonly WeighedCause[], best: NamedCause | undefined): Verdict {
  const none = weighed.find(({ cause }) => cause === "none");
  return {
    cause: "none",
    confidence: rounded(none?.probability ?? 0),
    summary:
      best === undefined
        ? "Nothing in what was looked at says why a connection would fail."
        : `Nothing that was looked at is strong enough to name a cause. The little there is points to: ${rules[best.cause].title}.`,
    evidence: evidenceOf(none?.arguments ?? []),
    fixes: [],
    runnerUp: null,
    alsoPossible: null,
    collect: [],
  };
}

function runnerUpOf(best: NamedCause, second: NamedCause): RunnerUp {
  return {
    cause: second.cause,
    title: rules[second.cause].title,
    score: rounded(second.probability),
    whyNot: whyNot(best, second),
  };
}

/** What speaks against the second, what is missing for it, or what it does not explain. */
function whyNot(best: NamedCause, second: NamedCause): string {
  const against = second.arguments.filter(({ weight }) => weight < 0);
  const explained = new Set(second.arguments.filter(({ weight }) => weight > 0).map(idOf));
  const unexplained = best.arguments.filter(
    (each) => each.weight > 0 && !explained.has(idOf(each)),
  );
  const reasons = [
    ...against.slice(0, 2).map((each) => `against it: ${signalMeanings[each.signal.id]}`),
    ...(unexplained[0] === undefined
      ? []
      : [`it would not explain that ${signalMeanings[unexplained[0].signal.id]}`]),
    ...second.silent.map((source) => `${namesOf([source]).toLowerCase()} show nothing of it`),
  ];
  return reasons.length === 0
    ? "the same evidence fits it, but less often"
    : reasons.slice(0, 3).join("; ");
}

function idOf({ signal }: Argument): string {
  return signal.id;
}

function evidenceOf(list: readonly Argument[]): VerdictEvidence[] {
  return list.map(({ signal, source, weight }) => ({
    signal: signal.id,
    meaning: signalMeanings[signal.id],
    source,
    count: signal.count,
    weight: rounded(weight),
    seen: signal.evidence,
  }));
}

const sourceNames: Readonly<Record<SourceKind, string>> = {
  logs: "logs",
  server: "the server's figures",
  packets: "captures",
  settings: "settings",
};

function namesOf(sources: readonly SourceKind[]): string {
  return sentenceCase(sources.map((source) => sourceNames[source]).join(" and "));
}

function sentence(text: string): string {
  return `${sentenceCase(text)}.`;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
