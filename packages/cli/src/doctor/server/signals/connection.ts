import type { Signal } from "../../source.ts";
import { addressDrift, connectionsElsewhere, tally } from "../checks/connection.ts";
import type { ConnectOutcome, Facts, LoginOutcome } from "../facts.ts";
import { raise } from "./raise.ts";

type Raised = Parameters<typeof raise>[0];

const ofConnect: Readonly<Partial<Record<ConnectOutcome, Raised>>> = {
  refused: "server.refused",
  "timed-out": "server.connect-timeout",
  unreachable: "server.unreachable",
};

const ofLogin: Readonly<Partial<Record<LoginOutcome, Raised>>> = {
  "auth-refused": "server.auth-refused",
  denied: "server.protected-mode",
  maxclients: "server.maxclients",
  silent: "server.silent",
  closed: "server.closed",
  loading: "server.loading",
  busy: "server.busy",
  masterdown: "server.link-down",
};

/** What the ladder saw: name, connection, TLS, login. */
export function connectionSignals(facts: Facts): readonly Signal[] {
  return [
    ...dnsSignals(facts),
    ...connectSignals(facts),
    ...tlsSignals(facts),
    ...loginSignals(facts),
  ];
}

function dnsSignals(facts: Facts): readonly Signal[] {
  const { dns } = facts;
  const place = `DNS ${dns?.host}`;
  if (dns?.error !== undefined) return [raise("server.dns-failed", [{ text: dns.error, place }])];
  const drift = addressDrift(facts);
  const elsewhere = connectionsElsewhere(facts);
  return [
    ...(drift === undefined ? [] : [raise("server.dns-drift", [{ text: drift, place }])]),
    ...(elsewhere === undefined
      ? []
      : [raise("server.connections-elsewhere", [{ text: elsewhere, place: "/proc/net/tcp" }])]),
  ];
}

function connectSignals({ connects = [] }: Facts): readonly Signal[] {
  const failed = connects.filter(({ outcome }) => outcome !== "connected");
  const evidence = [{ text: tally(connects), place: "TCP connect" }];
  const timedOut = failed.filter(({ outcome }) => outcome === "timed-out");
  // An address of its own that never answers is down; one that answers now and then has a full backlog.
  const mixed = timedOut.filter(({ to }) =>
    connects.some((other) => other.to === to && other.outcome === "connected"),
  );
  if (mixed.length > 0) return [raise("server.some-connects-time-out", evidence, mixed.length)];
  if (failed.length < connects.length) return [];
  return Object.entries(ofConnect).flatMap(([outcome, id]) => {
    const count = failed.filter((attempt) => attempt.outcome === outcome).length;
    return count === 0 ? [] : [raise(id, evidence, count)];
  });
}

function tlsSignals({ tls, mismatch, examinedAt }: Facts): readonly Signal[] {
  const place = "TLS handshake";
  if (mismatch !== undefined) {
    const text =
      mismatch === "server-speaks-tls"
        ? "the URL says redis://, and the server speaks TLS"
        : "the URL says rediss://, and the server speaks plain RESP";
    return [raise("server.tls-mismatch", [{ text, place }])];
  }
  if (tls === undefined) return [];
  if (tls.outcome !== "established") {
    return [raise("server.tls-failed", [{ text: tls.error ?? tls.outcome, place }])];
  }
  const expired = tls.validTo !== undefined && tls.validTo < examinedAt;
  if (expired || /EXPIRED|NOT_YET_VALID|ALTNAME|Hostname/i.test(tls.untrusted ?? "")) {
    const until =
      tls.validTo === undefined ? "" : `, valid to ${new Date(tls.validTo).toISOString()}`;
    return [
      raise("server.tls-expired", [{ text: `${tls.untrusted ?? "expired"}${until}`, place }]),
    ];
  }
  return tls.untrusted === undefined
    ? []
    : [raise("server.tls-untrusted", [{ text: tls.untrusted, place }])];
}

function loginSignals({ login, mismatch }: Facts): readonly Signal[] {
  if (login === undefined || mismatch !== undefined) return [];
  const id = ofLogin[login.outcome];
  return id === undefined
    ? []
    : [raise(id, [{ text: login.text ?? login.outcome, place: "AUTH, PING" }])];
}
