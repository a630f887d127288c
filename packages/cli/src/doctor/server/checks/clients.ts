import type { ClientRow, Facts } from "../facts.ts";
import {
  type Check,
  check,
  found,
  growth,
  latest,
  numberIn,
  ourJudgement,
  passed,
  percent,
  plural,
  skip,
  untold,
} from "./check.ts";
import { docs } from "./docs.ts";
import { netdata, redis, redisDoctor } from "./sources.ts";

export const clientChecks: readonly Check[] = [
  check({
    id: "cli.maxclients",
    severity: "critical",
    reads: "INFO clients: connected_clients, maxclients; the reply max number of clients reached",
    needs: ["login"],
    limits: { warning: 80, critical: 95 },
    expected: ({ warning, critical }) =>
      `connections below ${warning} % of maxclients (critical from ${critical} %)`,
    fix: "CLIENT LIST shows who holds them; smaller pools, or CONFIG SET maxclients N with ulimit -n above N + 32",
    doc: docs.clients,
    from: redisDoctor,
    judge: (facts, { warning, critical }) => {
      if (facts.login?.outcome === "maxclients") return found("critical", facts.login.text ?? "");
      const connected = latest(facts, "connected_clients");
      const max = latest(facts, "maxclients") ?? numberIn(facts.config, "maxclients");
      if (connected === undefined || max === undefined) return untold("maxclients");
      const observed = `${connected} of ${max}: ${percent(connected / max)}`;
      if ((connected / max) * 100 >= critical) return found("critical", observed);
      return (connected / max) * 100 >= warning ? found("warning", observed) : passed;
    },
  }),
  check({
    id: "cli.rejected",
    severity: "warning",
    reads: "INFO stats: rejected_connections, and its growth between the samples",
    needs: ["samples"],
    limits: { warning: 0 },
    expected: () => "no connection is rejected",
    fix: "Smaller pools, or CONFIG SET maxclients N with ulimit -n above N + 32",
    doc: docs.clients,
    from: netdata,
    judge: (facts, { warning }) => {
      const count = growth(facts, "rejected_connections");
      const total = latest(facts, "rejected_connections");
      if (total === undefined) return untold("rejected_connections");
      if (count !== undefined && count > warning)
        return found("warning", `${count} rejected meanwhile`);
      return total > warning ? found("information", `${total} since the server started`) : passed;
    },
  }),
  check({
    id: "cli.blocked",
    severity: "warning",
    reads: "INFO clients: blocked_clients at both samples, of connected_clients",
    needs: ["samples"],
    limits: { warning: 50 },
    expected: ({ warning }) => `at most ${warning} % of the connections wait in blocking commands`,
    fix: "Give BLPOP, BRPOP, XREAD BLOCK and the like connections of their own, outside the pool",
    doc: docs.clients,
    from: ourJudgement,
    judge: (facts, { warning }) => {
      const before = numberIn(facts.samples?.first, "blocked_clients");
      const after = numberIn(facts.samples?.second, "blocked_clients");
      if (before === undefined || after === undefined) return skip("there is no second sample");
      const others = Math.max(1, (latest(facts, "connected_clients") ?? 1) - 1);
      const share = Math.min(before, after) / others;
      if (share * 100 <= warning) return passed;
      return found(
        "warning",
        `${after} of ${plural(others, "connection")} wait in a blocking command`,
      );
    },
  }),
  check({
    id: "cli.cob",
    severity: "critical",
    reads:
      "INFO stats: client_output_buffer_limit_disconnections (newer versions), evicted_clients; CLIENT LIST: omem",
    needs: ["samples"],
    limits: { pendingShare: 50 },
    expected: ({ pendingShare }) =>
      `no client was closed for its output buffer, and none is over ${pendingShare} % of the limit`,
    fix: "Make the subscriber read faster or split the channel; CONFIG SET client-output-buffer-limit 'pubsub 64mb 16mb 60'",
    doc: docs.clients,
    from: redis,
    judge: (facts, { pendingShare }) => {
      const closed = latest(facts, "client_output_buffer_limit_disconnections") ?? 0;
      if (closed > 0)
        return found("critical", `${plural(closed, "client")} closed for the output buffer`);
      const evicted = latest(facts, "evicted_clients") ?? 0;
      if (evicted > 0)
        return found("warning", `${plural(evicted, "client")} evicted for maxmemory-clients`);
      const full = nearOutputLimit(facts, pendingShare);
      const [worst] = full;
      if (worst === undefined) return passed;
      return found(
        "warning",
        `${plural(full.length, "client")} read too slowly: ${worst.outputBytes} bytes wait for ${worst.address}`,
      );
    },
  }),
  check({
    id: "cli.qbuf",
    severity: "critical",
    reads: "INFO stats: client_query_buffer_limit_disconnections (newer versions)",
    needs: ["samples"],
    limits: {},
    expected: () => "no client was closed for a huge request",
    fix: "Send less in one command or pipeline; the limit is client-query-buffer-limit",
    doc: docs.clients,
    from: redis,
    judge: (facts) => {
      const closed = latest(facts, "client_query_buffer_limit_disconnections");
      if (closed === undefined) return untold("client_query_buffer_limit_disconnections");
      return closed > 0
        ? found("critical", `${plural(closed, "client")} closed for a huge request`)
        : passed;
    },
  }),
  check({
    id: "cli.idle",
    severity: "critical",
    reads: "CLIENT LIST: idle",
    needs: ["clients"],
    limits: { idleSeconds: 3600, warning: 100, critical: 500 },
    expected: ({ idleSeconds, warning, critical }) =>
      `fewer than ${warning} connections idle for over ${idleSeconds} s (critical from ${critical})`,
    fix: "Close what the pool does not use; CONFIG SET timeout 3600 closes the rest",
    doc: docs.clients,
    from: redisDoctor,
    judge: ({ clients }, { idleSeconds, warning, critical }) => {
      const idle = (clients?.rows ?? []).filter(
        ({ flags, idleSeconds: seconds }) => seconds > idleSeconds && !/[MSPb]/.test(flags),
      ).length;
      const observed = `${idle} connections idle for over ${idleSeconds} s`;
      if (idle >= critical) return found("critical", observed);
      return idle >= warning ? found("warning", observed) : passed;
    },
  }),
  check({
    id: "cli.unnamed",
    severity: "information",
    reads: "CLIENT LIST: name",
    needs: ["clients"],
    limits: {},
    expected: () => "every application names its connections",
    fix: "CLIENT SETNAME name, or the client's own option: name (node-redis), connectionName (ioredis), client_name (redis-py)",
    doc: docs.clients,
    from: redisDoctor,
    judge: ({ clients }) => {
      const unnamed = (clients?.rows ?? []).filter(
        ({ name, flags }) => name === "" && !/[MS]/.test(flags),
      );
      return unnamed.length === 0
        ? passed
        : found("information", `${plural(unnamed.length, "connection")} without a name`);
    },
  }),
  check({
    id: "cli.churn",
    severity: "warning",
    reads: "INFO stats: growth of total_connections_received between the samples; INFO clients",
    needs: ["samples"],
    limits: { warning: 10, leastPerSecond: 5 },
    expected: ({ warning, leastPerSecond }) =>
      `new connections below ${warning} % of the clients each second, or below ${leastPerSecond}`,
    fix: "Keep connections open: one client for the process, or a pool, never one for each request",
    doc: docs.clients,
    from: "Azure Cache for Redis",
    judge: (facts, { warning, leastPerSecond }) => {
      const rate = connectionRate(facts);
      if (rate === undefined) return skip("there is no second sample");
      const clients = latest(facts, "connected_clients") ?? 0;
      if (rate < leastPerSecond || rate * 100 <= warning * clients) return passed;
      return found(
        "warning",
        `${Math.round(rate)} new connections a second, with ${plural(clients, "client")}`,
      );
    },
  }),
  check({
    id: "cfg.keepalive",
    severity: "warning",
    reads: "CONFIG: tcp-keepalive",
    needs: ["config"],
    limits: { mostSeconds: 300 },
    expected: ({ mostSeconds }) => `1 to ${mostSeconds}`,
    fix: "CONFIG SET tcp-keepalive 300",
    doc: docs.clients,
    from: redis,
    judge: ({ config }, { mostSeconds }) => {
      const seconds = numberIn(config, "tcp-keepalive");
      if (seconds === undefined) return untold("tcp-keepalive");
      if (seconds === 0) return found("warning", "it is off: dead connections stay for ever");
      return seconds > mostSeconds ? found("warning", `${seconds} s`) : passed;
    },
  }),
  check({
    id: "cfg.timeout",
    severity: "warning",
    reads: "CONFIG: timeout; CLIENT LIST: idle",
    needs: ["config"],
    limits: {},
    expected: () => "0, or longer than clients are idle",
    fix: "CONFIG SET timeout 0, or have the client send PING more often (pingInterval in node-redis, health_check_interval in redis-py)",
    doc: docs.clients,
    from: ourJudgement,
    judge: ({ config, clients }) => {
      const seconds = numberIn(config, "timeout");
      if (seconds === undefined) return untold("timeout");
      if (seconds === 0) return passed;
      const idlest = Math.max(
        0,
        ...(clients?.rows ?? []).filter(isIdleable).map((row) => row.idleSeconds),
      );
      const near = idlest > seconds / 2 ? `; a client is idle for ${idlest} s now` : "";
      return found(
        near === "" ? "information" : "warning",
        `connections are closed after ${seconds} s without a command${near}`,
      );
    },
  }),
];

/** Clients to which the idle time-out applies: neither replicas nor those that wait on purpose. */
export function isIdleable({ flags }: ClientRow): boolean {
  return !/[MSPb]/.test(flags);
}

/** New connections each second; the doctor's own are made before the first sample. */
export function connectionRate(facts: Facts): number | undefined {
  const opened = growth(facts, "total_connections_received");
  const elapsedMs = facts.samples?.elapsedMs ?? 0;
  return opened === undefined || elapsedMs < 50 ? undefined : (opened * 1000) / elapsedMs;
}

/** Commands each second for each connection. */
export function commandRate(facts: Facts): number | undefined {
  const processed = growth(facts, "total_commands_processed");
  const connections = latest(facts, "connected_clients");
  const elapsedMs = facts.samples?.elapsedMs ?? 0;
  return processed === undefined || connections === undefined || elapsedMs < 50
    ? undefined
    : (processed * 1000) / elapsedMs / Math.max(1, connections);
}

/** Clients whose unread replies come near the hard limit of their class. */
export function nearOutputLimit({ clients, config }: Facts, share: number): readonly ClientRow[] {
  const limits = outputLimits(config?.["client-output-buffer-limit"]);
  return (clients?.rows ?? [])
    .filter((row) => {
      const kind = row.flags.includes("S")
        ? "slave"
        : row.flags.includes("P")
          ? "pubsub"
          : "normal";
      const limit = limits[kind] ?? 0;
      // Where a class has no limit, only a heap that harms the server counts.
      return row.outputBytes * 100 > (limit === 0 ? 64 * 1024 * 1024 : limit) * share;
    })
    .sort((a, b) => b.outputBytes - a.outputBytes);
}

/** `normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60`: the soft ones, else the hard. */
function outputLimits(text: string | undefined): Readonly<Record<string, number>> {
  const limits: Record<string, number> = {};
  for (const [, kind = "", hard = "0", soft = "0"] of (text ?? "").matchAll(
    /([a-z]+) (\d+) (\d+) \d+/g,
  )) {
    limits[kind === "replica" ? "slave" : kind] = Number(soft) || Number(hard);
  }
  return limits;
}
