import type { Answer, Session } from "../session.ts";

/** What the checks look at. All else is dropped at once: among it are passwords. */
const kept: ReadonlySet<string> = new Set([
  "appendfsync",
  "appendonly",
  "bind",
  "client-output-buffer-limit",
  "client-query-buffer-limit",
  "cluster-node-timeout",
  "cluster-require-full-coverage",
  "hz",
  "io-threads",
  "latency-monitor-threshold",
  "logfile",
  "lua-time-limit",
  "busy-reply-threshold",
  "maxclients",
  "maxmemory",
  "maxmemory-policy",
  "min-replicas-to-write",
  "no-appendfsync-on-rewrite",
  "port",
  "protected-mode",
  "repl-backlog-size",
  "repl-timeout",
  "replica-read-only",
  "replica-serve-stale-data",
  "save",
  "slave-read-only",
  "slowlog-log-slower-than",
  "slowlog-max-len",
  "stop-writes-on-bgsave-error",
  "tcp-backlog",
  "tcp-keepalive",
  "timeout",
  "tls-port",
]);

type Gathered<T> = { readonly value: T } | { readonly reason: string };

/** The server's settings, without those that could hold a secret. */
export async function takeConfig(session: Session): Promise<Gathered<Record<string, string>>> {
  const answer = await session.ask("CONFIG", "GET", "*");
  return answer.ok ? { value: keptOf(answer) } : { reason: `CONFIG GET: ${answer.reason}` };
}

function keptOf(answer: Answer & { readonly ok: true }): Record<string, string> {
  const items = Array.isArray(answer.reply) ? answer.reply.map(String) : [];
  const config: Record<string, string> = {};
  for (let index = 0; index + 1 < items.length; index += 2) {
    const name = items[index] ?? "";
    if (kept.has(name)) config[name] = items[index + 1] ?? "";
  }
  return config;
}
