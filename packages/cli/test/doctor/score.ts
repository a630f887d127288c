import { diagnose, type Examined } from "../../src/doctor/diagnosis.ts";
import { examineLogs } from "../../src/doctor/logs/index.ts";
import { examinePackets } from "../../src/doctor/packets/index.ts";
import { examineServer, type ServerReport } from "../../src/doctor/server/index.ts";
import type { Evidence, Signal } from "../../src/doctor/source.ts";
import type { Scenario } from "./scenario.ts";
import { Stage } from "./scenario.ts";

export type SourceSet = "logs" | "server" | "packets" | "all";

/** What the doctor said of one produced fault, from one set of sources. */
export interface Score {
  readonly scenario: Scenario;
  readonly sources: SourceSet;
  readonly named: string;
  readonly confidence: number;
  /** 1 for the first; 0 where it is not among the causes at all. */
  readonly rank: number;
  /** Of the set, whether anything speaks for any cause: else the set cannot tell. */
  readonly tells: boolean;
  /** What it saw, so that rules can be tried without producing the faults again. */
  readonly signals: readonly (readonly [id: string, count: number])[];
}

/** Produces a fault, examines it from all sides, and undoes it. */
export async function scoreOf(scenario: Scenario): Promise<Score[]> {
  const stage = new Stage(scenario.client);
  const began = Date.now();
  try {
    await scenario.produce(stage);
    const server =
      stage.url === undefined
        ? undefined
        : withoutFormerKills(await examineServer(stage.url, { sampleMs: 300 }), began);
    await stage.endCapture();
    const logs = stage.logs.length === 0 ? undefined : await examineLogs(stage.logs);
    const packets =
      stage.pcap === undefined
        ? undefined
        : await examinePackets([stage.pcap], { ports: [stage.port ?? 6379] });
    const allLogs = [...stage.logs, ...stage.serverLogs()];
    const every: Examined = {
      logs: allLogs.length === 0 ? undefined : await examineLogs(allLogs),
      server,
      packets,
    };
    const sets: readonly (readonly [SourceSet, Examined])[] = [
      ["logs", { logs }],
      ["server", { server }],
      ...(packets === undefined ? [] : [["packets", { packets }] as const]),
      ["all", every],
    ];
    return sets.map(([sources, examined]) => scored(scenario, sources, examined));
  } finally {
    await stage.close();
  }
}

function scored(scenario: Scenario, sources: SourceSet, examined: Examined): Score {
  const { verdict, causes } = diagnose(examined, []);
  return {
    scenario,
    sources,
    named: verdict.cause,
    confidence: verdict.confidence,
    rank: causes.findIndex(({ cause }) => cause === scenario.cause) + 1,
    tells: causes.length > 0,
    signals: Object.values(examined).flatMap((report) =>
      (report?.signals ?? []).map(({ id, count }: Signal) => [id, count] as const),
    ),
  };
}

/** This host's kernel remembers what it killed long before, in other tests. */
function withoutFormerKills(report: ServerReport, began: number): ServerReport {
  const isNow = ({ at }: Evidence): boolean => at !== undefined && at >= began;
  const signals = report.signals.filter(
    ({ id, evidence }) => id !== "server.oom-killed" || evidence.some(isNow),
  );
  return { ...report, signals };
}
