import { latest, milliseconds } from "./checks/check.ts";
import { tally } from "./checks/connection.ts";
import type { Facts } from "./facts.ts";
import { percentile } from "./percentile.ts";
import type { ServerDetails, Step } from "./report.ts";
import { formatAddress } from "./target.ts";

/** The figures and the ladder, for a reader and for `--json`; pure. */
export function detailsOf(facts: Facts): ServerDetails {
  const info = facts.samples?.second ?? facts.samples?.first;
  const pings = facts.ping?.latencies ?? [];
  const logFile = facts.config?.logfile;
  return {
    target: facts.target.label,
    steps: stepsOf(facts),
    version: info?.valkey_version ?? info?.redis_version,
    mode: info?.redis_mode,
    role: info?.role,
    uptimeSeconds: latest(facts, "uptime_in_seconds"),
    usedMemoryBytes: latest(facts, "used_memory"),
    maxMemoryBytes: latest(facts, "maxmemory"),
    connectedClients: latest(facts, "connected_clients"),
    maxClients: latest(facts, "maxclients"),
    operationsPerSecond: latest(facts, "instantaneous_ops_per_sec"),
    pingMs:
      pings.length === 0
        ? undefined
        : {
            count: pings.length,
            p50: percentile(pings, 0.5) ?? 0,
            p99: percentile(pings, 0.99) ?? 0,
            max: percentile(pings, 1) ?? 0,
          },
    pings,
    sampleMs: facts.samples?.elapsedMs ?? 0,
    logFile: facts.target.thisHost && logFile !== "" ? logFile : undefined,
  };
}

function stepsOf({
  sentinel,
  dns,
  connects,
  tls,
  mismatch,
  login,
  ping,
  samples,
  missing,
}: Facts): Step[] {
  const steps: Step[] = [];
  if (sentinel !== undefined) {
    const { at, primaryName, primary } = sentinel;
    const where = primary === undefined ? "unknown" : formatAddress(primary);
    const text = `${at} says that ${primaryName} is ${where}`;
    steps.push({ step: "sentinel", ok: primary !== undefined, text });
  }
  if (dns !== undefined) {
    const text = dns.error ?? dns.addresses.join(", ");
    steps.push({ step: "dns", ok: dns.error === undefined, text, ms: dns.ms });
  }
  if (connects !== undefined) {
    const ok = connects.every(({ outcome }) => outcome === "connected");
    const ms = Math.max(...connects.map((attempt) => attempt.ms));
    steps.push({ step: "connect", ok, text: tally(connects), ms });
  }
  if (tls !== undefined) {
    const ok = tls.outcome === "established" && tls.untrusted === undefined;
    const text = mismatch ?? tls.error ?? tls.untrusted ?? tls.protocol ?? tls.outcome;
    steps.push({ step: "tls", ok, text });
  }
  if (login !== undefined) {
    const ok = login.outcome === "ready";
    const text = ok ? "PONG" : (mismatch ?? login.text ?? login.outcome);
    steps.push({ step: "login", ok, text, ms: login.ms });
  }
  if (ping !== undefined) {
    const p50 = percentile(ping.latencies, 0.5);
    const p99 = percentile(ping.latencies, 0.99);
    const told =
      p50 === undefined || p99 === undefined
        ? ""
        : `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`;
    const text =
      ping.failures.length === 0 ? told : `${ping.failures.length} failed: ${ping.failures[0]}`;
    steps.push({ step: "ping", ok: ping.failures.length === 0, text });
  }
  if (samples !== undefined) steps.push({ step: "info", ok: true, text: "read" });
  else if (login !== undefined) {
    steps.push({ step: "info", ok: false, text: missing.samples ?? "not read" });
  }
  return steps;
}
