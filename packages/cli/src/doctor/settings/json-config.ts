import { messageOf, unreachableError } from "../../failure.ts";
import type { FoundClient, Library } from "./find-clients.ts";
import { isObject, type Value, type ValueObject } from "./value.ts";

const depthMax = 4;
const clientsMax = 100;
const libraries: readonly Library[] = ["node-redis", "ioredis", "redis-py"];

/** Options that only one library has. */
const own: Readonly<Record<Library, readonly string[]>> = {
  "node-redis": [
    "socket",
    "commandsQueueMaxLength",
    "disableOfflineQueue",
    "pingInterval",
    "rootNodes",
    "sentinelRootNodes",
  ],
  ioredis: [
    "maxRetriesPerRequest",
    "enableOfflineQueue",
    "retryStrategy",
    "enableReadyCheck",
    "commandTimeout",
    "connectTimeout",
    "keepAlive",
    "autoResendUnfulfilledCommands",
    "sentinels",
    "redisOptions",
  ],
  "redis-py": [
    "socket_timeout",
    "socket_connect_timeout",
    "socket_keepalive",
    "max_connections",
    "health_check_interval",
    "ssl",
    "decode_responses",
  ],
};

/** The clients that a JSON file describes: options at its top, or in objects inside of it. */
export function clientsInJson(text: string, path: string): FoundClient[] {
  let value: Value;
  try {
    value = JSON.parse(text) as Value;
  } catch (error) {
    throw unreachableError(`--app-config ${path} is no JSON: ${messageOf(error)}`);
  }
  const found: FoundClient[] = [];
  collect(value, "", 0, text, found);
  return found;
}

function collect(
  value: Value,
  name: string,
  depth: number,
  text: string,
  found: FoundClient[],
): void {
  if (depth > depthMax || found.length >= clientsMax || typeof value !== "object" || value === null)
    return;
  if (isObject(value)) {
    const library = libraryOf(value);
    if (library !== undefined) {
      found.push(clientOf(value, library, name, text));
      return;
    }
  }
  for (const [key, inner] of Object.entries(value)) collect(inner, key, depth + 1, text, found);
}

/** By what it says, by an option of its own, or by an address of Redis. */
function libraryOf(value: ValueObject): Library | undefined {
  const named = libraries.find((library) => [value.client, value.library].includes(library));
  if (named !== undefined) return named;
  for (const library of libraries) {
    if (own[library].some((option) => Object.hasOwn(value, option))) return library;
  }
  const { url, port } = value;
  if (typeof url === "string" && /^(?:rediss?|valkeys?):/.test(url)) return "node-redis";
  return port === 6379 || port === 6380 ? "ioredis" : undefined;
}

function clientOf(value: ValueObject, library: Library, name: string, text: string): FoundClient {
  const options = isObject(value.options) ? { ...value, ...value.options } : value;
  const at = name === "" ? 0 : Math.max(0, text.indexOf(`"${name}"`));
  return {
    library,
    constructorName: name === "" ? "options" : name,
    line: text.slice(0, at).split("\n").length,
    url: typeof options.url === "string" ? options.url : undefined,
    options,
    // A configuration cannot say.
    listensForErrors: true,
  };
}
