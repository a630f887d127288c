import type { Signal } from "../../source.ts";
import { growth, latest, milliseconds, numberIn } from "../checks/check.ts";
import { connectionRate, nearOutputLimit } from "../checks/clients.ts";
import { dangerousCalls, dangerousInSlowlog } from "../checks/processor.ts";
import { errorGrowth, errorReplies } from "../checks/security.ts";
import type { ClientRow, Facts } from "../facts.ts";
import { percentile } from "../percentile.ts";
import { raise, raiseIf } from "./raise.ts";

/** A command that took so long held up others for longer than good clients wait. */
const slowFromMs = 100;
const stallFromMs = 100;
/** What a lost segment costs: Linux waits at least 200 ms, then twice as long each time (RFC 6298). */
const retransmissionSteps = [200, 400, 800, 1600];
const stepTolerance = 0.2;
const nearMax = 0.9;
const churnPerSecond = 50;

/** What the server has done, and what its clients do. */
export function activitySignals(facts: Facts): readonly Signal[] {
  return [
    ...pingSignals(facts),
    ...slowlogSignals(facts),
    ...replySignals(facts),
    ...clientSignals(facts),
  ];
}

function pingSignals({ ping }: Facts): readonly Signal[] {
  if (ping === undefined) return [];
  const { latencies, failures, ownDelay } = ping;
  // What this machine's own stalls explain is not the server's.
  const slow = latencies.filter((ms) => ms >= stallFromMs && ms > 3 * ownDelay.max);
  const stepped = slow.filter((ms) =>
    retransmissionSteps.some((step) => ms >= step && ms <= step * (1 + stepTolerance)),
  );
  const p50 = percentile(latencies, 0.5) ?? 0;
  const place = "PING";
  const unanswered = failures.slice(0, 2).map((text) => ({ text, place }));
  const worst = Math.max(0, ...slow);
  const told = `${slow.length} of ${latencies.length} took over ${stallFromMs} ms, the longest ${milliseconds(worst)}; p50 ${milliseconds(p50)}`;
  return [
    ...raiseIf(
      "server.slow-ping",
      [slow.length > 0 ? { text: told, place } : undefined, ...unanswered],
      slow.length + failures.length,
    ),
    ...(stepped.length >= 2 && stepped.length * 2 > slow.length
      ? [
          raise(
            "server.ping-steps",
            [{ text: stepped.map(milliseconds).join(", "), place }],
            stepped.length,
          ),
        ]
      : []),
  ];
}

function slowlogSignals(facts: Facts): readonly Signal[] {
  const slow = (facts.slowlog ?? [])
    .filter(({ durationMs }) => durationMs >= slowFromMs)
    .sort((a, b) => b.durationMs - a.durationMs);
  const logged = dangerousInSlowlog(facts).map(({ id, command, durationMs, at }) => ({
    text: `${command} took ${milliseconds(durationMs)}`,
    place: `SLOWLOG ${id}`,
    at,
  }));
  const calls = dangerousCalls(facts);
  const counted = calls.map((each) => ({
    text: `${each.command} was called ${each.calls} times`,
    place: "INFO commandstats",
  }));
  return [
    ...raiseIf(
      "server.slowlog",
      slow.map(({ id, command, durationMs, at, client }) => ({
        text: `${command} took ${milliseconds(durationMs)}${client === "" ? "" : `, sent by ${client}`}`,
        place: `SLOWLOG ${id}`,
        at,
      })),
      slow.length,
    ),
    ...raiseIf(
      "server.dangerous-commands",
      [...logged, ...counted],
      calls.reduce((sum, each) => sum + each.calls, 0) || logged.length,
    ),
  ];
}

const repliesOf = {
  OOM: "server.replied-oom",
  MISCONF: "server.replied-misconf",
  READONLY: "server.replied-readonly",
  LOADING: "server.replied-loading",
  BUSY: "server.replied-busy",
  MASTERDOWN: "server.replied-masterdown",
  CLUSTERDOWN: "server.replied-clusterdown",
  NOREPLICAS: "server.replied-noreplicas",
} as const;

/** Error replies to others, counted since the start by the server itself (Redis 6.2). */
function replySignals(facts: Facts): readonly Signal[] {
  const since = latest(facts, "uptime_in_seconds");
  const evidence = (prefix: string): { readonly text: string; readonly place: string } => {
    const now = errorGrowth(facts, prefix);
    const meanwhile = now === 0 ? "" : `, ${now} of them meanwhile`;
    return {
      text: `${errorReplies(facts, prefix)} times ${prefix} in ${since ?? "?"} s since it started${meanwhile}`,
      place: `INFO errorstats errorstat_${prefix}`,
    };
  };
  const denied = ["NOAUTH", "WRONGPASS", "NOPERM"].filter(
    (prefix) => errorReplies(facts, prefix) > 0,
  );
  return [
    ...Object.entries(repliesOf).flatMap(([prefix, id]) => {
      const count = errorReplies(facts, prefix);
      return count === 0 ? [] : [raise(id, [evidence(prefix)], count)];
    }),
    ...raiseIf(
      "server.acl-denied",
      denied.map(evidence),
      denied.reduce((sum, prefix) => sum + errorReplies(facts, prefix), 0),
    ),
  ];
}

function clientSignals(facts: Facts): readonly Signal[] {
  const connected = latest(facts, "connected_clients") ?? 0;
  const max = latest(facts, "maxclients") ?? numberIn(facts.config, "maxclients") ?? 0;
  const rejected = latest(facts, "rejected_connections") ?? 0;
  const rejectedNow = growth(facts, "rejected_connections") ?? 0;
  const closed =
    (latest(facts, "client_output_buffer_limit_disconnections") ?? 0) +
    (latest(facts, "evicted_clients") ?? 0);
  const slowReaders = nearOutputLimit(facts, 50);
  const timeout = numberIn(facts.config, "timeout") ?? 0;
  const rate = connectionRate(facts) ?? 0;
  return [
    ...raiseIf("server.clients-near-max", [
      max > 0 && connected >= max * nearMax
        ? { text: `connected_clients:${connected}, maxclients:${max}`, place: "INFO clients" }
        : undefined,
    ]),
    ...raiseIf(
      "server.rejected-connections",
      [
        rejected > 0
          ? {
              text: `rejected_connections:${rejected}${rejectedNow > 0 ? `, ${rejectedNow} of them meanwhile` : ""}`,
              place: "INFO stats",
            }
          : undefined,
      ],
      rejected,
    ),
    ...raiseIf(
      "server.output-buffer",
      [
        closed > 0
          ? { text: `${closed} clients closed for their output buffers`, place: "INFO stats" }
          : undefined,
      ],
      closed,
    ),
    ...raiseIf(
      "server.slow-readers",
      slowReaders.map((row) => ({
        text: `${row.outputBytes} bytes wait for ${row.address} (${row.name || "no name"}, flags ${row.flags})`,
        place: `CLIENT LIST id=${row.id} omem`,
      })),
      slowReaders.length,
    ),
    ...raiseIf("server.idle-timeout", [
      timeout > 0 ? { text: `timeout ${timeout}`, place: "CONFIG GET timeout" } : undefined,
    ]),
    ...raiseIf("server.connection-churn", [
      rate >= churnPerSecond
        ? {
            text: `${Math.round(rate)} new connections a second`,
            place: "INFO stats total_connections_received",
          }
        : undefined,
    ]),
    ...poolSignals(facts),
  ];
}

/**
 * Connections of one application of which every one was blocked or in a transaction at both looks,
 * and that were the same ones: it has no more to give. Mere use within the second is no sign of
 * that: so are all connections of a busy application that is well.
 */
function poolSignals({ clients }: Facts): readonly Signal[] {
  if (clients?.later === undefined) return [];
  const later = new Map(clients.later.map((row) => [row.id, row]));
  const groups = new Map<string, ClientRow[]>();
  for (const row of clients.rows) {
    if (/[MSP]/.test(row.flags)) continue;
    const host = row.address.slice(0, row.address.lastIndexOf(":"));
    const key = `${row.name || row.library || "no name"} at ${host}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const full = [...groups].filter(([, rows]) => {
    const busy = rows.filter((row) => isBusy(row) && isBusy(later.get(row.id)));
    return rows.length >= 2 && busy.length === rows.length;
  });
  return raiseIf(
    "server.pool-full",
    full.map(([key, rows]) => ({
      text: `${rows.length} connections of ${key}, every one of them busy both times: ${rows[0]?.command}`,
      place: "CLIENT LIST",
    })),
    full.length,
  );
}

function isBusy(row: ClientRow | undefined): boolean {
  return row !== undefined && /[bx]/.test(row.flags);
}
