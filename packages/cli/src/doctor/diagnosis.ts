import type { LogsReport } from "./logs/index.ts";
import type { PacketsReport } from "./packets/report.ts";
import type { ServerReport } from "./server/index.ts";
import type { SettingsReport } from "./settings/index.ts";
import type { Finding, Severity, Skipped, SourceReport } from "./source.ts";
import { type Judgement, judge } from "./verdict/index.ts";

/** What each source said, as far as it was looked at. */
export interface Examined {
  readonly logs?: LogsReport | undefined;
  readonly server?: ServerReport | undefined;
  readonly packets?: PacketsReport | undefined;
  readonly settings?: SettingsReport | undefined;
}

/** Everything that the reports tell. */
export interface Diagnosis extends Judgement {
  readonly examined: Examined;
  /** The gravest first. */
  readonly findings: readonly Finding[];
  readonly passed: readonly string[];
  readonly skipped: readonly Skipped[];
  /** Something that was named could not be reached or read. */
  readonly incomplete: boolean;
}

const severities: readonly Severity[] = ["critical", "warning", "information"];
/** A verdict that is less sure than that is a warning. */
const sureFrom = 0.5;

/** Puts together what the sources said. */
export function diagnose(examined: Examined, unread: readonly Skipped[]): Diagnosis {
  const { logs, server, packets, settings } = examined;
  const reports: SourceReport[] = [logs, server, packets, settings].filter(
    (report) => report !== undefined,
  );
  const findings = reports.flatMap((report) => report.findings);
  return {
    ...judge(reports, {
      client: logs?.logs.clients[0]?.name ?? settings?.client,
      ...addressOf(examined),
    }),
    examined,
    findings: [...findings].sort(
      (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
    ),
    passed: reports.flatMap(({ passed }) => passed),
    skipped: [...unread, ...reports.flatMap(({ skipped }) => skipped)],
    incomplete:
      unread.length > 0 ||
      server?.reached === false ||
      (logs?.skipped ?? []).some(({ id }) => id.startsWith("log ")) ||
      (packets?.skipped ?? []).some(({ id }) => id.startsWith("pcap ")),
  };
}

/** Whether something is as grave as that: a finding, or a cause that is sure enough. */
export function isAtLeast({ findings, verdict }: Diagnosis, level: Severity): boolean {
  const reach = severities.indexOf(level);
  const gravest: Severity = verdict.confidence >= sureFrom ? "critical" : "warning";
  const causes = verdict.cause === "none" ? [] : [gravest];
  return [...findings.map(({ severity }) => severity), ...causes].some(
    (severity) => severities.indexOf(severity) <= reach,
  );
}

/** The server's address as the target or the logs name it. */
function addressOf({ server, logs }: Examined): { host?: string; port?: number } {
  const text =
    server?.server.target.replace(/^[a-z+-]+:\/\//, "") ?? logs?.logs.hosts[0]?.name ?? "";
  const [, host, port] = /^([a-z0-9_.-]{1,253})(?::(\d{1,5}))?/i.exec(text) ?? [];
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}
