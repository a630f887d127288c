import { networkInterfaces } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { hostFacts, type Place, readHost } from "./collect/host/index.ts";
import type { Connection } from "./connection.ts";
import type { FactName, Facts, TargetFacts } from "./facts.ts";
import { interview } from "./interview.ts";
import { type Climb, climb, open } from "./ladder/climb.ts";
import { resolve } from "./ladder/resolve.ts";
import type { Settings } from "./options.ts";
import { Session } from "./session.ts";
import type { Address, Target } from "./target.ts";

/** Facts that are still being gathered. */
export type Draft = { -readonly [Name in keyof Facts]: Facts[Name] } & {
  missing: Partial<Record<FactName, string>>;
};

/** Climbs the ladder and, as far as it carries, asks the server and its host everything. */
export async function gather(target: Target, address: Address, settings: Settings): Promise<Facts> {
  const { connection, ...climbed } = await climb(target, address, settings);
  const place = placeOf(target, climbed);
  const { address: _, endpoint, ...rungs } = climbed;
  const facts: Draft = {
    target: place.target,
    examinedAt: settings.now(),
    ...rungs,
    ownErrors: {},
    missing: {
      ...(target.path === undefined ? {} : { dns: "a Unix socket has no name to resolve" }),
      ...(target.tls ? {} : { tls: "the URL asks for no TLS" }),
    },
  };
  const before = await readHost(place);
  if (connection === undefined || endpoint === undefined) noteUnasked(facts);
  else {
    const reconnect = async (): Promise<Connection | undefined> =>
      (await open(endpoint, target, address, settings)).connection;
    const session = new Session(connection, settings, reconnect);
    // That a connection without the password was refused stands in the server's counters.
    if (facts.login?.openToAll === false) session.ownErrors.NOAUTH = 1;
    facts.ownErrors = session.ownErrors;
    try {
      await interview(session, facts, target, settings);
    } finally {
      session.close();
    }
  }
  await lookAtHost(facts, place, before, settings);
  await resolveAgain(facts, settings);
  return facts;
}

/** In less time a process's share of a core cannot be told: it is counted in hundredths of a second. */
const hostSampleMs = 300;

async function lookAtHost(
  facts: Draft,
  place: Place,
  before: Awaited<ReturnType<typeof readHost>>,
  settings: Settings,
): Promise<void> {
  settings.onProgress({ step: "looking at this host" });
  const leftMs = hostSampleMs - (performance.now() - (before?.at ?? 0));
  if (leftMs > 0) await sleep(leftMs, undefined, { signal: settings.signal });
  const after = await readHost(place);
  if (before === undefined || after === undefined) {
    facts.missing.host = "this system has no /proc/net/tcp";
    return;
  }
  facts.host = await hostFacts(place, before, after, settings.signal);
}

async function resolveAgain(facts: Draft, settings: Settings): Promise<void> {
  if (facts.dns === undefined || facts.dns.error !== undefined) return;
  const later = await resolve(facts.dns.host, settings);
  if (later.error === undefined) facts.dns = { ...facts.dns, later: later.addresses };
}

function noteUnasked(facts: Draft): void {
  const reason = unaskedReason(facts);
  for (const name of [...rungs, ...asked]) {
    if (facts[name] === undefined) facts.missing[name] ??= reason;
  }
}

/** Why nothing could be asked. */
function unaskedReason({ dns, connects, login }: Facts): string {
  if (dns?.error !== undefined) return "the name does not resolve";
  if (connects?.every(({ outcome }) => outcome !== "connected")) return "no connection stands";
  return login === undefined ? "TLS failed" : `the server could not be asked: ${login.outcome}`;
}

const rungs: readonly FactName[] = ["connects", "tls", "login"];
const asked: readonly FactName[] = [
  "ping",
  "samples",
  "config",
  "clients",
  "slowlog",
  "latency",
  "cluster",
  "keys",
];

function placeOf(
  target: Target,
  { endpoint, address, dns }: Pick<Climb, "endpoint" | "address" | "dns">,
): Place {
  const unix = target.path !== undefined;
  const host = endpoint?.host ?? dns?.addresses[0] ?? address.host;
  const loopback = unix || isLoopback(host);
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const facts: TargetFacts = {
    label: target.label,
    host: address.host,
    port: address.port,
    tls: target.tls,
    unix,
    loopback,
    thisHost: loopback || own.some((each) => each.address === host),
  };
  return { target: facts, addresses: dns?.addresses ?? [host] };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^(::ffff:)?127\./.test(host);
}
