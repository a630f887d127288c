/** Where a client wanted to connect to. */
export interface Address {
  readonly host?: string;
  readonly port?: number;
}

/** Redis, Sentinel, the TLS port by custom, the cluster bus, and what tutorials give clusters. */
function isRedisPort(port: number): boolean {
  return (
    (port >= 6378 && port <= 6390) ||
    (port >= 16378 && port <= 16390) ||
    (port >= 26378 && port <= 26390) ||
    (port >= 7000 && port <= 7006) ||
    port === 10255 ||
    port === 6666
  );
}

/** Ports that belong to another service wherever they are seen. */
const foreignPorts: ReadonlySet<number> = new Set([
  21, 22, 23, 25, 80, 110, 143, 389, 443, 465, 587, 636, 873, 993, 995, 1433, 1521, 1883, 2049,
  2181, 2375, 2376, 2379, 2380, 3268, 3306, 3389, 4222, 4317, 4318, 4369, 5432, 5433, 5671, 5672,
  5984, 6443, 6514, 7474, 7687, 8020, 8086, 8125, 8126, 8200, 8500, 9042, 9092, 9093, 9094, 9100,
  9200, 9300, 9411, 9418, 10250, 11211, 15672, 25565, 27017, 27018, 27019, 33060, 50051, 50070,
  61613, 61616,
]);

/** Ports that anything may be on, mostly web servers. */
const webPorts: ReadonlySet<number> = new Set([
  3000, 3001, 3128, 4000, 4200, 4444, 5000, 5001, 5601, 7077, 8000, 8001, 8008, 8080, 8081, 8088,
  8443, 8888, 9000, 9001, 9090, 9091,
]);

export function kindOfPort(port: number): "redis" | "foreign" | "web" | "unknown" {
  if (isRedisPort(port)) return "redis";
  if (foreignPorts.has(port)) return "foreign";
  return webPorts.has(port) ? "web" : "unknown";
}

const ip = String.raw`(?:(?:\d{1,3}\.){3}\d{1,3}|\[?[0-9a-f:.%]{2,60}\]?)`;
const host = String.raw`(?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-f:.%]{2,60}\]|[a-z0-9_*][a-z0-9_.*-]{0,252}|<[a-z0-9_. -]{1,40}>`;

const patterns = [
  // The remote end of Go's "local->remote" comes first.
  new RegExp(String.raw`->(${host}):(\d{2,5})\b`, "g"),
  new RegExp(
    String.raw`(?:^|[\s'"\x60(\[<@=,]|//|/(?=[\d\[]))(${host})(?:/(?:<unresolved>|${ip}))?:(\d{2,5})\b`,
    "g",
  ),
  /\('([\w.-]{1,255})', (\d{2,5})[,)]/g,
  /\baddress: '([^']{1,255})',?\s{0,3}port: (\d{1,5})/g,
  /\bhost['"]?\s?[=:]\s?['"]?([\w.-]{1,255})['"]?[,;&\s]{1,3}['"]?port['"]?\s?[=:]\s?['"]?(\d{1,5})/g,
];

/** A port without its host next to it. */
const portOnly = /\bport:? ?['"]?(\d{2,5})\b/;

const names =
  /\b(?:enotfound|eai_again|lookup|unknownhostexception:|getaddrinfo for|failed to resolve|unable to resolve|resolve host) '?([a-z0-9_][\w.-]{0,252})/;

/** Not an address: a place in source code, a time, a process. */
const notHost =
  /\.(?:[cm]?[jt]sx?|py|rb|go|java|php|cs|rs|c|h|cc|cpp|lua|pl|pm|kt|scala|ex|erl|so)$|^\d+$|^(?:node|line|pid|took|code|errno|port|db|id|error|time)$/;

/**
 * The address that a part of a log names: the one with a port of Redis, else the first.
 *
 * @param part - Folded text, of bounded length.
 */
export function findAddress(part: string): Address | undefined {
  let first: Address | undefined;
  for (const pattern of patterns) {
    for (const match of part.matchAll(pattern)) {
      const found = { host: (match[1] ?? "").replace(/^\[(.*)\]$/, "$1"), port: Number(match[2]) };
      if (notHost.test(found.host) || found.port > 65_535) continue;
      if (isRedisPort(found.port)) return found;
      // A name server is asked for the address; it is not the address.
      if (found.port !== 53) first ??= found;
    }
  }
  if (first !== undefined) return first;
  const port = portOnly.exec(part)?.[1];
  if (port !== undefined) return { port: Number(port) };
  const name = names.exec(part)?.[1];
  return name === undefined ? undefined : { host: name };
}
