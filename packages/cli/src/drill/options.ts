import {
  type ArgumentValues,
  integerOption,
  lastOf,
  type OptionSpec,
  parseArguments,
} from "../arguments.ts";
import { usageError } from "../failure.ts";
import { suggestion } from "../nearest.ts";
import type { Fault } from "./faults/fault.ts";
import { faults, furtherFaults } from "./faults/index.ts";

const specs = {
  variants: { type: "string" },
  target: { type: "string" },
  faults: { type: "string" },
  quick: { type: "boolean" },
  client: { type: "string" },
  redis: { type: "string" },
  listen: { type: "string" },
  rate: { type: "string" },
  seed: { type: "string" },
  json: { type: "string" },
  html: { type: "string" },
  junit: { type: "string" },
  "allow-remote": { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const satisfies Record<string, OptionSpec>;

export const drillDefaults = {
  client: "node-redis",
  redis: "127.0.0.1:6379",
  listen: 6_380,
  /** Requests per second for each variant or target. */
  rate: 200,
  html: "holdfast-report.html",
} as const;

const clients = ["node-redis", "ioredis"] as const;
const rateMax = 5_000;
const targetsMax = 10;
const seedMax = 2 ** 32 - 1;

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What is drilled: variants that the drill starts itself, or an API of the user's that runs. */
export type DrillSource =
  | { readonly kind: "variants"; readonly path: string }
  | {
      readonly kind: "targets";
      readonly urls: readonly URL[];
      readonly redis: Endpoint;
      readonly listen: number;
      readonly allowRemote: boolean;
    };

export interface DrillOptions {
  readonly source: DrillSource;
  readonly faults: readonly Fault[];
  readonly quick: boolean;
  /** Null: not said, and not ours to choose. */
  readonly client: string | null;
  readonly rate: number;
  /** Null: any. */
  readonly seed: number | null;
  readonly json: string | null;
  readonly html: string;
  readonly junit: string | null;
}

/**
 * Reads the arguments of `holdfast drill`; null when help is asked for.
 *
 * @throws CommandError with exit code 2 for the first thing that is wrong.
 */
export function readOptions(args: readonly string[]): DrillOptions | null {
  const { values, positionals } = parseArguments(args, specs);
  if (values.help) return null;
  const [stray] = positionals;
  if (stray !== undefined) {
    throw usageError(`unexpected argument ${JSON.stringify(stray)} (holdfast drill --help)`);
  }
  const source = sourceOf(values);
  return {
    source,
    faults: chosenFaults(values.faults),
    quick: values.quick,
    client: clientOf(lastOf(values.client), source),
    rate:
      integerOption("rate", lastOf(values.rate), { min: 1, max: rateMax }) ?? drillDefaults.rate,
    seed: integerOption("seed", lastOf(values.seed), { min: 0, max: seedMax }) ?? null,
    json: lastOf(values.json) ?? null,
    html: lastOf(values.html) ?? drillDefaults.html,
    junit: lastOf(values.junit) ?? null,
  };
}

type Values = ArgumentValues<typeof specs>;

function sourceOf(values: Values): DrillSource {
  const path = lastOf(values.variants);
  if (values.target.length > 0) {
    if (path !== undefined) throw usageError("--variants and --target exclude each other");
    return targetsOf(values);
  }
  if (path === undefined) {
    throw usageError("give --variants FILE or --target URL (holdfast drill --help)");
  }
  for (const name of ["redis", "listen"] as const) {
    if (values[name].length > 0) {
      throw usageError(`--${name} goes with --target: variants get a Redis of their own`);
    }
  }
  return { kind: "variants", path };
}

function targetsOf(values: Values): DrillSource {
  if (values.target.length > targetsMax) throw usageError(`at most ${targetsMax} --target`);
  const allowRemote = values["allow-remote"];
  const urls = values.target.map(targetUrl);
  const redis = endpointOf(lastOf(values.redis) ?? drillDefaults.redis);
  const hosts = [
    ...urls.map((url) => ({ name: "--target", host: url.hostname })),
    { name: "--redis", host: redis.host },
  ];
  for (const { name, host } of hosts) {
    if (!allowRemote && !isLoopback(host)) {
      throw usageError(
        `${name} ${host} is not this machine: a drill breaks things on purpose. Add --allow-remote if you mean it`,
      );
    }
  }
  const listen =
    integerOption("listen", lastOf(values.listen), { min: 1, max: 65_535 }) ?? drillDefaults.listen;
  return { kind: "targets", urls, redis, listen, allowRemote };
}

function targetUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw usageError(
    `--target is ${JSON.stringify(text)}, expected a URL such as http://127.0.0.1:3000/products/{id}`,
  );
}

function endpointOf(text: string): Endpoint {
  const [, bracketed, plain, port = ""] =
    /^(?:\[([^\]]+)\]|([^:\s/]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) >= 1 && Number(port) <= 65_535) {
    return { host, port: Number(port) };
  }
  throw usageError(
    `--redis is ${JSON.stringify(text)}, expected HOST:PORT such as ${drillDefaults.redis}`,
  );
}

export function isLoopback(host: string): boolean {
  return (
    host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host)
  );
}

function clientOf(text: string | undefined, source: DrillSource): string | null {
  if (text === undefined) return source.kind === "variants" ? drillDefaults.client : null;
  const known: readonly string[] = clients;
  if (known.includes(text)) return text;
  throw usageError(`--client is ${JSON.stringify(text)} (${suggestion(text, clients)})`);
}

function chosenFaults(values: readonly string[]): readonly Fault[] {
  const names = values.flatMap((value) => value.split(",")).map((name) => name.trim());
  if (names.length === 0) return faults;
  const every = [...faults, ...furtherFaults];
  const known = every.map(({ id }) => id);
  for (const name of names) {
    if (name === "all" || known.includes(name)) continue;
    throw usageError(`unknown fault ${JSON.stringify(name)} (${suggestion(name, known)})`);
  }
  const all = names.includes("all");
  return every.filter((fault) => names.includes(fault.id) || (all && faults.includes(fault)));
}
