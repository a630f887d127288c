import { isIP } from "node:net";
import { usageError } from "../../failure.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What `--redis` names. It holds the password: only {@link Target.label} may be shown. */
export interface Target {
  /** Whether the addresses are those of Sentinels, which are asked where the primary is. */
  readonly kind: "server" | "sentinel";
  readonly tls: boolean;
  /** At least one, unless there is a socket's path. */
  readonly addresses: readonly Address[];
  /** The path of a Unix socket. */
  readonly path?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly database: number;
  /** What the Sentinels call the primary. */
  readonly primaryName?: string | undefined;
  /** The target without credentials, to be shown. */
  readonly label: string;
}

const schemes: Readonly<Record<string, Pick<Target, "kind" | "tls">>> = {
  redis: { kind: "server", tls: false },
  rediss: { kind: "server", tls: true },
  valkey: { kind: "server", tls: false },
  valkeys: { kind: "server", tls: true },
  "redis-cluster": { kind: "server", tls: false },
  "rediss-cluster": { kind: "server", tls: true },
  sentinel: { kind: "sentinel", tls: false },
  "redis-sentinel": { kind: "sentinel", tls: false },
  "redis+sentinel": { kind: "sentinel", tls: false },
  "rediss-sentinel": { kind: "sentinel", tls: true },
  "rediss+sentinel": { kind: "sentinel", tls: true },
};
const unixSchemes = new Set(["unix", "redis+unix", "redis+socket", "redis-socket"]);
const portOf = { server: 6379, sentinel: 26_379 } as const;
/** More Sentinels or seeds than that help nobody. */
const addressesMax = 16;

/**
 * Reads `redis://user:password@host:port/database`, `rediss://…`, `unix:///path?db=1`,
 * `redis-sentinel://host,host/name` (or `#name`), and plain `host:port`. By hand, because passwords
 * with `#`, `/` or `@` that nobody has encoded are common and clients differ about them.
 *
 * @throws CommandError with exit code 2. No message quotes the URL: it may hold a password.
 */
export function parseTarget(url: string): Target {
  const text = url.trim();
  const [, scheme = "redis", rest = text] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  const name = scheme.toLowerCase();
  if (unixSchemes.has(name) || text.startsWith("/")) return unixTarget(rest);
  const known = Object.hasOwn(schemes, name) ? schemes[name] : undefined;
  if (known === undefined) {
    throw usageError(
      `--redis: unknown scheme ${JSON.stringify(name)}; known: ${[...Object.keys(schemes), "unix"].join(", ")}`,
    );
  }
  const at = rest.lastIndexOf("@");
  const place = rest.slice(at + 1);
  const [, hosts = "", path = "", query = "", fragment = ""] =
    /^([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(place) ?? [];
  const addresses = hosts.split(",").map((host) => addressOf(host, portOf[known.kind]));
  if (addresses.length > addressesMax) throw usageError(`--redis: more than ${addressesMax} hosts`);
  const parts = path.split("/").filter((part) => part !== "");
  const primaryName =
    known.kind === "sentinel" ? decode(fragment.slice(1)) || decode(parts.shift() ?? "") : "";
  const database = databaseOf(parts[0] ?? new URLSearchParams(query).get("db") ?? "0");
  return {
    ...known,
    addresses,
    ...credentialsOf(at === -1 ? undefined : rest.slice(0, at)),
    database,
    primaryName: primaryName === "" ? undefined : primaryName,
    label: `${name}://${addresses.map(formatAddress).join(",")}${primaryName === "" ? "" : `/${primaryName}`}${database === 0 ? "" : `/${database}`}`,
  };
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: Address): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

function unixTarget(rest: string): Target {
  const at = rest.indexOf("@");
  const slash = rest.indexOf("/");
  const hasCredentials = at !== -1 && at < slash;
  const [path = "", query = ""] = (hasCredentials ? rest.slice(at + 1) : rest).split("?", 2);
  if (!path.startsWith("/")) throw usageError("--redis: the path of a Unix socket starts with /");
  const database = databaseOf(new URLSearchParams(query).get("db") ?? "0");
  return {
    kind: "server",
    tls: false,
    addresses: [],
    path,
    ...credentialsOf(hasCredentials ? rest.slice(0, at) : undefined),
    database,
    label: `unix://${path}${database === 0 ? "" : `?db=${database}`}`,
  };
}

function addressOf(text: string, defaultPort: number): Address {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d*))?$/.exec(text) ?? [];
  const bareIpv6 = isIP(text) === 6 ? text : undefined;
  const host = bareIpv6 ?? bracketed ?? plain;
  if (host === undefined) throw usageError("--redis: the host is not host:port, or [IPv6]:port");
  const number = port === undefined || port === "" ? defaultPort : Number(port);
  if (number < 1 || number > 65_535) throw usageError("--redis: the port is not within 1 to 65535");
  if (!/^[\w.:%-]*$/u.test(host)) throw usageError("--redis: the host has characters no host has");
  return { host: host === "" ? "127.0.0.1" : host, port: number };
}

function credentialsOf(text: string | undefined): Pick<Target, "username" | "password"> {
  if (text === undefined || text === "") return {};
  const colon = text.indexOf(":");
  // redis://secret@host: some clients take the lone part for a user's name; without a password it is none.
  const username = decode(colon === -1 ? text : text.slice(0, colon));
  const password = colon === -1 ? undefined : decode(text.slice(colon + 1));
  return {
    username: username === "" ? undefined : username,
    password: password === "" ? undefined : password,
  };
}

function databaseOf(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw usageError("--redis: the database is not a number");
  return Number(text);
}

/** A stray % is meant as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
