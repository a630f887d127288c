import { parseArguments } from "../arguments.ts";
import { packetChecks } from "../doctor/packets/index.ts";
import { checks as serverChecks } from "../doctor/server/index.ts";
import { settingsChecks } from "../doctor/settings/index.ts";
import { exitCodes, usageError } from "../failure.ts";
import { type Column, layColumns } from "../terminal/columns.ts";
import { styleFor } from "../terminal/style.ts";

const specs = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;

const checksHelp = `Usage: holdfast checks [--json]

Lists every check of holdfast doctor: its id, how grave it is, what it reads, its threshold and
where that is from. --json adds the fixes and the names for --limit.
`;

/** A check as it is listed. */
interface ListedCheck {
  readonly id: string;
  readonly severity: string;
  readonly reads: string;
  readonly threshold: string;
  readonly from: string;
}

/**
 * `holdfast checks`: lists every check of the doctor.
 *
 * @throws CommandError with exit code 2 for wrong use.
 */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, specs);
  if (values.help) {
    process.stdout.write(checksHelp);
    return exitCodes.well;
  }
  const [stray] = positionals;
  if (stray !== undefined) {
    throw usageError(`unexpected argument ${JSON.stringify(stray)} (holdfast checks --help)`);
  }
  const all = allChecks();
  process.stdout.write(values.json ? `${JSON.stringify(all, undefined, 2)}\n` : `${table(all)}\n`);
  return exitCodes.well;
}

function allChecks(): ListedCheck[] {
  return [
    ...serverChecks,
    ...packetChecks,
    ...settingsChecks.map(({ id, severity, reads, threshold, from }) => ({
      id,
      severity,
      reads,
      threshold,
      from,
    })),
  ];
}

const columns: readonly Column[] = [
  { title: "id", align: "left" },
  { title: "severity", align: "left" },
  { title: "reads", align: "left" },
  { title: "threshold", align: "left" },
  { title: "from", align: "left" },
];

function table(all: readonly ListedCheck[]): string {
  const style = styleFor(process.stdout, process.env);
  const paint = (severity: string): ((text: string) => string) =>
    severity === "critical" ? style.red : severity === "warning" ? style.yellow : style.dim;
  return layColumns(
    columns,
    all.map(({ id, severity, reads, threshold, from }) => [
      { text: id, paint: style.bold },
      { text: severity, paint: paint(severity) },
      { text: reads },
      { text: threshold },
      { text: from, paint: style.dim },
    ]),
  ).join("\n");
}
