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

/** The longest host name, by RFC 1035, and the longest mask or IPv6 address that is looked at. */
const nameMax = 253;
const bracketMax = 60;

/** Not a host: a place in source code, a time, a process, a field. */
const notHost =
  /\.(?:[cm]?[jt]sx?|py|rb|go|java|php|cs|rs|c|h|cc|cpp|lua|pl|pm|kt|scala|ex|erl|so)$|^\d+$|^(?:node|line|pid|took|code|errno|port|db|id|error|time)$/;

/** An address in fields of its own, as Node and Python print it. */
const fields = [
  /\baddress: '([^']{1,255})',?\s{0,3}port: (\d{1,5})/,
  /\bhost['"]?\s?[=:]\s?['"]?([\w.-]{1,255})['"]?[,;&\s]{1,3}['"]?port['"]?\s?[=:]\s?['"]?(\d{1,5})/,
  /\('([\w.-]{1,255})', (\d{2,5})[,)]/,
];

/** A port without its host next to it. */
const portOnly = /\bport:? ?['"]?(\d{2,5})\b/;

const nameHint = /found|again|lookup|unknownhost|addrinfo|resolve/;
const names =
  /\b(?:enotfound|eai_again|lookup|unknownhostexception:|getaddrinfo for|failed to resolve|unable to resolve|resolve host) '?([a-z0-9_][\w.-]{0,252})/;

/**
 * The address that a part of a log names: the one with a port of Redis, else the first.
 *
 * @param part - Folded text, of bounded length.
 */
export function findAddress(part: string): Address | undefined {
  let first: Address | undefined;
  for (let colon = part.indexOf(":"); colon !== -1; colon = part.indexOf(":", colon + 1)) {
    const found = addressAt(part, colon);
    if (found === undefined) continue;
    if (kindOfPort(found.port) === "redis") return found;
    // A name server is asked for the address; it is not the address.
    if (found.port !== 53) first ??= found;
  }
  return first ?? addressInFields(part);
}

function addressInFields(part: string): Address | undefined {
  if (part.includes("port") || part.includes("('")) {
    for (const pattern of fields) {
      const match = pattern.exec(part);
      if (match !== null) return { host: match[1] ?? "", port: Number(match[2]) };
    }
    const port = portOnly.exec(part)?.[1];
    if (port !== undefined) return { port: Number(port) };
  }
  if (!nameHint.test(part)) return undefined;
  const name = names.exec(part)?.[1];
  return name === undefined ? undefined : { host: name };
}

/** An hour before its minutes, maybe with the day. */
const hour = /^(?:\d{4}-\d\d-\d\d[t_])?\d{1,2}$/;

/** The host before a colon and the port after it. */
function addressAt(part: string, colon: number): { host: string; port: number } | undefined {
  let end = colon + 1;
  while (end < colon + 7 && isDigit(part.charCodeAt(end))) end++;
  const digits = end - colon - 1;
  if (digits < 2 || digits > 5 || isLetter(part.charCodeAt(end))) return undefined;
  // Go prints "local->remote"; the remote end is the server.
  if (part.startsWith("->", end)) return undefined;
  const port = Number(part.slice(colon + 1, end));
  const host = port > 65_535 ? undefined : hostBefore(part, colon);
  if (host === undefined || notHost.test(host)) return undefined;
  return digits === 2 && hour.test(host) ? undefined : { host, port };
}

function hostBefore(part: string, colon: number): string | undefined {
  const last = part[colon - 1];
  if (last === "]") return bracketed(part, "[", colon)?.slice(1, -1);
  if (last === ">") {
    const mask = bracketed(part, "<", colon);
    // Netty: "host/<unresolved>:port".
    const named = mask === "<unresolved>" ? nameBefore(part, colon - mask.length - 1) : undefined;
    return named ?? mask;
  }
  const name = nameBefore(part, colon);
  if (name === undefined) return undefined;
  const start = colon - name.length;
  if (part[start - 1] !== "/" || part[start - 2] === "/") {
    return mayPrecede(part[start - 1]) ? name : undefined;
  }
  // Java: "host/address:port", or "/address:port" alone. Any other slash is a path's.
  if (!/^\d[\d.]*$/.test(name)) return undefined;
  return nameBefore(part, start - 1) ?? name;
}

function bracketed(part: string, open: string, colon: number): string | undefined {
  const from = Math.max(0, colon - bracketMax);
  const at = part.slice(from, colon).lastIndexOf(open);
  return at === -1 ? undefined : part.slice(from + at, colon);
}

function nameBefore(part: string, end: number): string | undefined {
  let start = end;
  while (start > 0 && end - start < nameMax && isNamePart(part.charCodeAt(start - 1))) start--;
  // "->remote": the hyphen is not the name's; neither is a dot in front.
  while (start < end && (part[start] === "-" || part[start] === ".")) start++;
  return start === end ? undefined : part.slice(start, end);
}

function mayPrecede(character: string | undefined): boolean {
  return character === undefined || " \n'\"`([<>@=,/".includes(character);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** Letters, digits and `_ - . *`. */
function isNamePart(code: number): boolean {
  return (
    isDigit(code) ||
    isLetter(code) ||
    code === 0x5f ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x2a
  );
}
