import { networkInterfaces } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { pingUntil } from "./collect/ping.ts";
import { takeInfo } from "./collect/sample.ts";
import type { FactName, Facts, TargetFacts } from "./facts.ts";
import { type Climb, climb, open } from "./ladder/climb.ts";
import { resolve } from "./ladder/resolve.ts";
import type { Settings } from "./options.ts";
import { Session } from "./session.ts";
import type { Address, Target } from "./target.ts";

type Draft = { -readonly [Name in keyof Facts]: Facts[Name] } & {
  missing: Partial<Record<FactName, string>>;
};

/** Climbs the ladder and, as far as it carries, asks the server and its host everything. */
export async function gather(target: Target, address: Address, settings: Settings): Promise<Facts> {
  const { connection, ...climbed } = await climb(target, address, settings);
  const { address: _, endpoint, ...rungs } = climbed;
  const facts: Draft = {
    target: targetFacts(target, climbed),
    examinedAt: settings.now(),
    ...rungs,
    ownErrors: {},
    missing: {},
  };
  if (target.path !== undefined) facts.missing.dns = "a Unix socket has no name to resolve";
  if (!target.tls) facts.missing.tls = "the URL asks for no TLS";
  if (connection === undefined || endpoint === undefined) {
    const reason = unasked(facts);
    for (const name of [...rungsAbove, ...asked]) {
      if (facts[name] === undefined) facts.missing[name] ??= reason;
    }
    return facts;
  }
  const session = new Session(connection, settings, async () => {
    const again = await open(endpoint, target, address, settings);
    return again.connection;
  });
  facts.ownErrors = session.ownErrors;
  try {
    await ask(session, facts, settings);
  } finally {
    session.close();
  }
  if (facts.dns !== undefined && facts.dns.error === undefined) {
    const later = await resolve(facts.dns.host, settings);
    if (later.error === undefined) facts.dns = { ...facts.dns, later: later.addresses };
  }
  return facts;
}

/** Why nothing could be asked. */
function unasked({ dns, connects, login }: Facts): string {
  if (dns?.error !== undefined) return "the name does not resolve";
  if (connects?.every(({ outcome }) => outcome !== "connected")) return "no connection stands";
  return login === undefined ? "TLS failed" : `the server could not be asked: ${login.outcome}`;
}

const rungsAbove: readonly FactName[] = ["connects", "tls", "login"];
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

async function ask(session: Session, facts: Draft, settings: Settings): Promise<void> {
  const { onProgress, sampleMs, now } = settings;
  onProgress({ step: "reading INFO" });
  // The first sample comes before anything that may be refused: that would count in it.
  const first = await takeInfo(session);
  const began = performance.now();
  const at = now();
  facts.ping = await pingUntil(session, began + sampleMs, settings);
  await sleep(Math.max(0, began + sampleMs - performance.now()), undefined, {
    signal: settings.signal,
  });
  if ("reason" in first) facts.missing.samples = first.reason;
  else {
    const second = await takeInfo(session);
    const elapsedMs = performance.now() - began;
    facts.samples = {
      first: first.info,
      second: "info" in second ? second.info : undefined,
      elapsedMs,
      at,
    };
  }
}

function targetFacts(
  target: Target,
  { endpoint, address }: Omit<Climb, "connection">,
): TargetFacts {
  const unix = target.path !== undefined;
  const host = endpoint?.host ?? address.host;
  const loopback = unix || isLoopback(host);
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return {
    label: target.label,
    host: address.host,
    port: address.port,
    tls: target.tls,
    unix,
    loopback,
    thisHost: loopback || own.some((each) => each.address === host),
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^(::ffff:)?127\./.test(host);
}
