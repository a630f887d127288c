import { type Arguments, type Dialect, SourceReader } from "./source-reader.ts";
import { isObject, type Value, type ValueObject } from "./value.ts";

export type Library = "node-redis" | "ioredis" | "redis-py";

/** A client that a source creates. */
export interface FoundClient {
  readonly library: Library;
  readonly constructorName: string;
  readonly line: number;
  readonly url: string | undefined;
  readonly options: ValueObject;
  /** Whether the same source listens for errors: node-redis ends the process otherwise. */
  readonly listensForErrors: boolean;
}

const clientsMax = 100;

const javascript =
  /\b(?:new\s{1,5}((?:Redis|Valkey|IORedis|ioredis)(?:\.Cluster)?|Cluster)|(createClient|createClientPool|createCluster|createSentinel))\s{0,5}(?:<[^>(]{0,100}>)?\(/g;
const python =
  /(?<![\w.])((?:(?:aio)?redis|valkey)\.(?:asyncio\.)?(?:cluster\.|sentinel\.|client\.|connection\.)?(?:Redis|StrictRedis|Valkey|RedisCluster|ConnectionPool|BlockingConnectionPool|Sentinel|from_url)(?:\.from_url)?|(?:StrictRedis|BlockingConnectionPool|RedisCluster|ConnectionPool|Redis|Sentinel)(?:\.from_url)?)\s{0,5}\(/g;

/** The Redis clients that a source creates. */
export function findClients(text: string, dialect: Dialect): FoundClient[] {
  const found: FoundClient[] = [];
  if (dialect === "python" ? !/redis|valkey/i.test(text) : !/redis|valkey/i.test(text))
    return found;
  const listens = /\.(?:on|once|addListener)\(\s{0,5}["'`]error["'`]/.test(text);
  for (const match of text.matchAll(dialect === "python" ? python : javascript)) {
    if (found.length >= clientsMax) break;
    const name = match[1] ?? match[2] ?? "";
    if (isInComment(text, match.index, dialect)) continue;
    const given = new SourceReader(text, dialect).argumentsAt(match.index + match[0].length - 1);
    const library = libraryOf(name, dialect);
    found.push({
      library,
      constructorName: name,
      line: lineOf(text, match.index),
      ...(dialect === "python" ? pythonOptions(given) : javascriptOptions(given)),
      listensForErrors: listens,
    });
  }
  return found;
}

function libraryOf(name: string, dialect: Dialect): Library {
  if (dialect === "python") return "redis-py";
  return name.startsWith("create") ? "node-redis" : "ioredis";
}

type Options = Pick<FoundClient, "url" | "options">;

/** ioredis takes port, host, URL and options in several orders; Cluster the options second. */
function javascriptOptions({ positional }: Arguments): Options {
  const objects = positional.filter(isObject);
  const options: ValueObject = Object.assign({}, ...objects);
  const first = positional.find((value): value is string => typeof value === "string");
  const nested = isObject(options.redisOptions) ? options.redisOptions : {};
  const isUrl = first?.includes("://") === true;
  return {
    url: isUrl ? first : textOf(options.url),
    options: { ...nested, ...options, ...(first !== undefined && !isUrl ? { host: first } : {}) },
  };
}

function pythonOptions({ positional, named }: Arguments): Options {
  const first = positional.find((value): value is string => typeof value === "string");
  const isUrl = first?.includes("://") === true;
  return { url: isUrl ? first : textOf(named.url), options: named };
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf("\n"); next !== -1 && next < at; next = text.indexOf("\n", next + 1))
    line++;
  return line;
}

function isInComment(text: string, at: number, dialect: Dialect): boolean {
  const before = text.slice(text.lastIndexOf("\n", at) + 1, at);
  return dialect === "python"
    ? /^[^"']*#/.test(before)
    : /^\s*(?:\/\/|\*)/.test(before) || /[^:]\/\//.test(before);
}
