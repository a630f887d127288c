import { usageError } from "../../../failure.ts";
import { suggestion } from "../../../nearest.ts";
import type { Finding, Skipped } from "../../source.ts";
import type { Facts } from "../facts.ts";
import { type Check, type Judgement, type Limits, ourJudgement, skip } from "./check.ts";

export interface CheckResults {
  readonly findings: readonly Finding[];
  readonly passed: readonly string[];
  readonly skipped: readonly Skipped[];
}

/** Puts every check to the facts. */
export function runChecks(
  checks: readonly Check[],
  facts: Facts,
  overrides: Limits = {},
): CheckResults {
  const findings: Finding[] = [];
  const passed: string[] = [];
  const skipped: Skipped[] = [];
  for (const check of checks) {
    const limits = limitsOf(check, overrides);
    const judgement = judgementOf(check, facts, limits);
    if (judgement.state === "passed") passed.push(check.id);
    else if (judgement.state === "skipped") {
      skipped.push({ id: check.id, reason: judgement.reason });
    } else {
      const note = check.from === ourJudgement ? ` (${ourJudgement})` : "";
      findings.push({
        id: check.id,
        severity: judgement.severity,
        observed: judgement.observed,
        expected: `${check.expected(limits)}${note}`,
        fix: judgement.fix ?? check.fix,
        doc: check.doc,
      });
    }
  }
  return { findings, passed, skipped };
}

/**
 * Refuses what names no limit, before anything is examined.
 *
 * @throws CommandError with exit code 2.
 */
export function requireLimits(checks: readonly Check[], overrides: Limits): void {
  const known = checks.flatMap(({ id, limits }) =>
    Object.keys(limits).map((name) => `${id}.${name}`),
  );
  for (const [name, value] of Object.entries(overrides)) {
    if (!known.includes(name)) {
      throw usageError(`unknown limit ${JSON.stringify(name)} (${suggestion(name, known)})`);
    }
    if (!Number.isFinite(value)) throw usageError(`the limit ${name} is not a number`);
  }
}

function judgementOf(check: Check, facts: Facts, limits: Limits): Judgement {
  for (const name of check.needs) {
    if (facts[name] === undefined) return skip(facts.missing[name] ?? "it could not be looked at");
  }
  return check.judge(facts, limits);
}

function limitsOf({ id, limits }: Check, overrides: Limits): Limits {
  return Object.fromEntries(
    Object.entries(limits).map(([name, value]) => [name, overrides[`${id}.${name}`] ?? value]),
  );
}
