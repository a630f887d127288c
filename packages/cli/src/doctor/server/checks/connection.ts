import type { ConnectAttempt, Facts } from "../facts.ts";
import { type Check, check, found, milliseconds, ourJudgement, passed, skip } from "./check.ts";
import { docs } from "./docs.ts";

export const connectionChecks: readonly Check[] = [
  check({
    id: "dns",
    severity: "critical",
    reads:
      "the name's addresses at the beginning and at the end; connections of this host to its port",
    needs: ["dns"],
    limits: { slowMs: 500 },
    expected: ({ slowMs }) =>
      `the name resolves, in under ${slowMs} ms, to the same addresses each time`,
    fix: "Check with: getent ahosts HOST. Restart or reconnect applications that keep an old address, and lower the resolver's cache time below the failover's.",
    doc: docs.tcp,
    from: ourJudgement,
    judge: (facts, { slowMs }) => {
      const { dns } = facts;
      if (dns === undefined) return skip("no name to resolve");
      if (dns.error !== undefined) return found("critical", `${dns.host}: ${dns.error}`);
      const drift = addressDrift(facts);
      if (drift !== undefined) return found("warning", drift);
      const elsewhere = connectionsElsewhere(facts);
      if (elsewhere !== undefined) return found("warning", elsewhere);
      if (dns.ms > slowMs) return found("warning", `resolved in ${milliseconds(dns.ms)}`);
      return passed;
    },
  }),
  check({
    id: "net.connect",
    severity: "critical",
    reads: "several TCP connections to every address of the name",
    needs: ["connects"],
    limits: {},
    expected: () => "every connection is established",
    fix: "Refused: start the server, or correct host and port. No answer: look for a firewall or security group between, and at the listen backlog (somaxconn, tcp-backlog) when only some fail.",
    doc: docs.clients,
    from: "TCP",
    judge: ({ connects = [] }) => {
      const failed = connects.filter(({ outcome }) => outcome !== "connected");
      if (failed.length === 0) return passed;
      return found("critical", `${failed.length} of ${connects.length} failed: ${tally(failed)}`);
    },
  }),
  check({
    id: "net.answer",
    severity: "critical",
    reads: "the first reply to AUTH and PING",
    needs: ["login"],
    limits: {},
    expected: () => "PONG",
    fix: "Silent: see what holds the process (top, a slow command or script, SIGSTOP, a full disk). Closed: see the server's log and what stands between (a proxy, TLS, protected mode).",
    doc: docs.latency,
    from: "RESP",
    judge: ({ login }) => {
      const told: Partial<Record<string, string>> = {
        silent: "it accepts the connection and answers nothing",
        closed: "it accepts the connection and closes it",
        "no-redis": "what answers does not speak RESP",
        maxclients: `it answers: ${login?.text}`,
        denied: `it answers: ${login?.text}`,
        busy: `it answers: ${login?.text}`,
        masterdown: `it answers: ${login?.text}`,
      };
      const observed = told[login?.outcome ?? ""];
      return observed === undefined ? passed : found("critical", observed);
    },
  }),
  check({
    id: "sec.login",
    severity: "critical",
    reads: "the reply to AUTH with the URL's user and password",
    needs: ["login"],
    limits: {},
    expected: () => "the credentials are accepted, and PING is permitted",
    fix: "Give the password in the URL (redis://user:password@host:port), and compare the application's with: ACL GETUSER name.",
    doc: docs.acl,
    from: "Redis's replies",
    judge: ({ login }) => {
      if (login?.outcome === "auth-refused") return found("critical", `it answers: ${login.text}`);
      if (login?.outcome !== "withheld") return passed;
      return skip("the certificate is not trusted, so no password was sent");
    },
  }),
];

/** The addresses that changed, in words; undefined when none did. */
export function addressDrift({ dns }: Facts): string | undefined {
  if (dns === undefined || dns.error !== undefined) return undefined;
  const later = dns.later ?? dns.addresses;
  const gone = dns.addresses.filter((address) => !later.includes(address));
  if (gone.length === 0) return undefined;
  return `${dns.host} was ${gone.join(", ")} and is now ${later.join(", ")}`;
}

/**
 * Connections of this host to the same port of addresses that the name does not have, while there
 * is none to those that it has: applications may have kept an old one, or use another server.
 */
export function connectionsElsewhere({ dns, host, target }: Facts): string | undefined {
  const sockets = host?.sockets;
  if (dns === undefined || sockets === undefined || target.loopback) return undefined;
  if (sockets.elsewhere.length === 0 || sockets.established + sockets.synSent > 0) return undefined;
  const list = sockets.elsewhere.map(({ address, count }) => `${count} to ${address}`).join(", ");
  return `${dns.host} is ${dns.addresses.join(", ")}, and this host's connections to port ${target.port} go elsewhere: ${list}`;
}

/** `3 refused at 10.0.0.1:6379 (ECONNREFUSED)`. */
export function tally(attempts: readonly ConnectAttempt[]): string {
  const groups = new Map<string, number>();
  for (const { to, outcome, code } of attempts) {
    const words = `${outcome === "timed-out" ? "timed out" : outcome} at ${to}${code === undefined ? "" : ` (${code})`}`;
    groups.set(words, (groups.get(words) ?? 0) + 1);
  }
  return [...groups].map(([words, count]) => `${count} ${words}`).join(", ");
}
