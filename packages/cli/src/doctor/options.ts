import { readFileSync } from "node:fs";
import {
  type ArgumentValues,
  integerOption,
  lastOf,
  type OptionSpec,
  parseArguments,
} from "../arguments.ts";
import { messageOf, unreachableError, usageError } from "../failure.ts";
import { suggestion } from "../nearest.ts";
import type { Severity } from "./source.ts";

const specs = {
  redis: { type: "string" },
  log: { type: "string" },
  pcap: { type: "string" },
  port: { type: "string" },
  "app-config": { type: "string" },
  json: { type: "boolean" },
  html: { type: "string" },
  "fail-on": { type: "string" },
  verbose: { type: "boolean", short: "v" },
  sample: { type: "string" },
  timeout: { type: "string" },
  "enable-slowlog": { type: "string" },
  ca: { type: "string" },
  cert: { type: "string" },
  key: { type: "string" },
  limit: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const satisfies Record<string, OptionSpec>;

export interface DoctorOptions {
  /** May hold a password: shown nowhere. */
  readonly redis: string | undefined;
  readonly logs: readonly string[];
  readonly pcaps: readonly string[];
  /** Of Redis servers in captures. */
  readonly ports: readonly number[];
  readonly appConfigs: readonly string[];
  readonly json: boolean;
  readonly html: string | undefined;
  readonly failOn: Extract<Severity, "critical" | "warning">;
  readonly verbose: boolean;
  readonly server: {
    readonly sampleMs: number | undefined;
    readonly connectTimeoutMs: number | undefined;
    readonly enableSlowlogMs: number | undefined;
    readonly ca: string | undefined;
    readonly certificate: string | undefined;
    readonly key: string | undefined;
    readonly limits: Readonly<Record<string, number>>;
  };
}

/**
 * Reads the arguments of `holdfast doctor`; null when help is asked for.
 *
 * @throws CommandError with exit code 2 for the first thing that is wrong, 3 for a certificate's
 * file that cannot be read.
 */
export function readOptions(args: readonly string[]): DoctorOptions | null {
  const { values, positionals } = parseArguments(args, specs);
  if (values.help) return null;
  const [stray] = positionals;
  if (stray !== undefined) {
    throw usageError(`unexpected argument ${JSON.stringify(stray)} (holdfast doctor --help)`);
  }
  const redis = lastOf(values.redis);
  const sources = [...values.log, ...values.pcap, ...values["app-config"]];
  if (redis === undefined && sources.length === 0) {
    throw usageError(
      "give at least one of --log FILE, --redis URL, --pcap FILE, --app-config FILE (holdfast doctor --help)",
    );
  }
  return {
    redis,
    logs: values.log,
    pcaps: values.pcap,
    ports: values.port.map((text) => integerOption("port", text, { min: 1, max: 65_535 }) ?? 0),
    appConfigs: values["app-config"],
    json: values.json,
    html: lastOf(values.html),
    failOn: failOnOf(lastOf(values["fail-on"])),
    verbose: values.verbose,
    server: serverOptions(values),
  };
}

function serverOptions(values: ArgumentValues<typeof specs>): DoctorOptions["server"] {
  const { sample, timeout, "enable-slowlog": slowlog } = values;
  return {
    sampleMs: integerOption("sample", lastOf(sample), { min: 0, max: 600_000 }),
    connectTimeoutMs: integerOption("timeout", lastOf(timeout), { min: 10, max: 60_000 }),
    enableSlowlogMs: integerOption("enable-slowlog", lastOf(slowlog), { min: 1, max: 60_000 }),
    ca: pem("ca", lastOf(values.ca)),
    certificate: pem("cert", lastOf(values.cert)),
    key: pem("key", lastOf(values.key)),
    limits: Object.fromEntries(values.limit.map(limitOf)),
  };
}

function failOnOf(text: string | undefined): DoctorOptions["failOn"] {
  if (text === undefined || text === "critical") return "critical";
  if (text === "warn" || text === "warning") return "warning";
  throw usageError(
    `--fail-on is ${JSON.stringify(text)} (${suggestion(text, ["warn", "critical"])})`,
  );
}

function pem(name: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unreachableError(`--${name} ${path} cannot be read: ${messageOf(error)}`);
  }
}

function limitOf(text: string): [name: string, value: number] {
  const [, name = "", value = ""] = /^([\w.-]{1,80})=(-?\d{1,15}(?:\.\d{1,9})?)$/.exec(text) ?? [];
  if (name !== "") return [name, Number(value)];
  throw usageError(
    `--limit is ${JSON.stringify(text)}, expected NAME=NUMBER such as mem.usage.warning=70 (holdfast checks lists the names)`,
  );
}
