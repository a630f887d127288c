import type { Finding, Signal } from "../source.ts";
import { allChecks } from "./checks/index.ts";
import { requireLimits, runChecks } from "./checks/run.ts";
import { detailsOf } from "./details.ts";
import { discover } from "./discover.ts";
import type { Facts, LoginOutcome } from "./facts.ts";
import { type ExamineOptions, settingsOf } from "./options.ts";
import type { ServerReport } from "./report.ts";
import { signalsOf } from "./signals/index.ts";
import { raise } from "./signals/raise.ts";
import { parseTarget } from "./target.ts";

/**
 * Examines a live server from the name to the keys, and its host when that is this one. It reads,
 * and changes nothing unless `enableSlowlogMs` is given. What is refused is skipped with the
 * reason; a server that falls silent midway gives a partial report.
 *
 * @param url - `redis://user:password@host:port/db`, `rediss://`, `unix:///path`,
 * `redis-sentinel://host,host/name`, or `host:port`. A password in it reaches no output.
 * @throws CommandError with exit code 2 for a URL or an option that is wrong; the signal's reason.
 */
export async function examineServer(
  url: string,
  options: ExamineOptions = {},
): Promise<ServerReport> {
  const target = parseTarget(url);
  const settings = settingsOf(options);
  requireLimits(allChecks, settings.limits);
  return reportOn(await discover(target, settings), settings.limits);
}

/** What the facts come to; pure. */
export function reportOn(
  facts: Facts,
  limits: Readonly<Record<string, number>> = {},
): ServerReport {
  const results = runChecks(allChecks, facts, limits);
  const signals = [...signalsOf(facts)];
  const outcome: LoginOutcome | "unreachable" = facts.login?.outcome ?? "unreachable";
  const well = outcome === "ready" && !results.findings.some(isTrouble) && !isSlow(signals);
  if (well) {
    const text = `PING is answered, and ${results.passed.length} checks found nothing critical`;
    signals.push(raise("server.healthy", [{ text, place: facts.target.label }]));
  }
  return {
    source: "server",
    signals,
    ...results,
    reached: !["unreachable", "silent", "closed", "no-redis"].includes(outcome),
    outcome,
    server: detailsOf(facts),
  };
}

/** Critical findings but those of security: an open door does not make connections fail. */
function isTrouble({ id, severity }: Finding): boolean {
  return severity === "critical" && !/^(sec\.noauth|sec\.protected|ver\.|slow\.dangerous)/.test(id);
}

function isSlow(signals: readonly Signal[]): boolean {
  return signals.some(({ id }) => id === "server.slow-ping");
}
