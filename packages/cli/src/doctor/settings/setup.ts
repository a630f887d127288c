import type { FoundClient, Library } from "./find-clients.ts";
import { isObject, unclear, type Value } from "./value.ts";

/** A setting: a number, that there is none (undefined), or that the source does not say. */
export type Setting<T> = T | undefined | typeof unclear;

/** What the checks look at, in milliseconds, whatever the library calls it. */
export interface Setup {
  readonly library: Library;
  readonly place: string;
  readonly constructorName: string;
  readonly listensForErrors: boolean;
  readonly connectTimeoutMs: Setting<number>;
  readonly commandTimeoutMs: Setting<number>;
  readonly socketTimeoutMs: Setting<number>;
  readonly keepAlive: Setting<boolean>;
  readonly poolMax: Setting<number>;
  readonly queueMax: Setting<number>;
  readonly urlIsTls: boolean | undefined;
  readonly tls: Setting<boolean>;
  readonly port: Setting<number>;
  /** How often the application runs, where the file says so. */
  readonly processes: Setting<number>;
  readonly option: (name: string) => Value | undefined;
}

type Spelled =
  | "connectTimeoutMs"
  | "commandTimeoutMs"
  | "socketTimeoutMs"
  | "keepAlive"
  | "poolMax"
  | "queueMax"
  | "tls";
/** What all libraries say alike. */
type Common = Omit<Setup, Spelled>;

/** Puts a client's options, as its library spells them, into common terms. */
export function setupOf(client: FoundClient, path: string): Setup {
  const { options, url, library } = client;
  const socket = isObject(options.socket) ? options.socket : {};
  const option = (name: string): Value | undefined => options[name] ?? socket[name];
  const number = (name: string, scale = 1): Setting<number> => {
    const value = option(name);
    if (value === undefined || value === null) return undefined;
    return typeof value === "number" ? value * scale : unclear;
  };
  const common: Common = {
    library,
    place: `${path}:${client.line}`,
    constructorName: client.constructorName,
    listensForErrors: client.listensForErrors,
    urlIsTls: url === undefined ? undefined : /^(?:rediss|valkeys)(?:\+\w+)?:/i.test(url),
    port: number("port") ?? portOf(url),
    processes: number("processes"),
    option,
  };
  if (library === "redis-py") {
    return {
      ...common,
      connectTimeoutMs: number("socket_connect_timeout", 1000) ?? number("socket_timeout", 1000),
      commandTimeoutMs: number("socket_timeout", 1000),
      socketTimeoutMs: undefined,
      keepAlive:
        flag(option("socket_keepalive")) === true || positive(number("health_check_interval")),
      poolMax: number("max_connections"),
      queueMax: undefined,
      tls: flag(option("ssl")),
    };
  }
  const node = library === "node-redis";
  return {
    ...common,
    connectTimeoutMs: number("connectTimeout") ?? (node ? 5000 : 10_000),
    commandTimeoutMs: number(node ? "timeout" : "commandTimeout"),
    socketTimeoutMs: number("socketTimeout"),
    keepAlive: node ? option("keepAlive") !== false : positive(number("keepAlive")),
    poolMax: number("maximum"),
    queueMax: node ? number("commandsQueueMaxLength") : undefined,
    tls: flag(option("tls")),
  };
}

function flag(value: Value | undefined): Setting<boolean> {
  if (value === unclear) return unclear;
  return value === undefined || value === null ? undefined : value !== false;
}

function positive(value: Setting<number>): Setting<boolean> {
  return value === unclear ? unclear : value !== undefined && value > 0;
}

function portOf(url: string | undefined): number | undefined {
  const port = /:(\d{1,5})(?:[/?#]|$)/.exec(url?.replace(/^[^@]*@/, "") ?? "")?.[1];
  return port === undefined ? undefined : Number(port);
}
