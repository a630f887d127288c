import type { SignalId } from "../signals.ts";
import type { Severity } from "../source.ts";
import type { Setup } from "./setup.ts";
import { unclear } from "./value.ts";

/** What a check finds in one client's settings. */
export interface SettingsProblem {
  readonly observed: string;
  readonly fix: string;
}

export interface SettingsCheck {
  readonly id: string;
  readonly severity: Severity;
  readonly reads: string;
  readonly threshold: string;
  readonly from: string;
  readonly signal?: SignalId;
  readonly look: (setup: Setup) => SettingsProblem | undefined;
}

const advice = "common tuning advice";
const measured = "measured on the clients";
const minConnectMs = 500;
const maxConnectMs = 5000;
const shortCommandMs = 100;
const tlsPorts: readonly unknown[] = [6380, 6390, 443];

export const settingsChecks: readonly SettingsCheck[] = [
  {
    id: "app.connect-timeout",
    severity: "warning",
    reads: "connectTimeout, socket_connect_timeout",
    threshold: `${minConnectMs} to ${maxConnectMs} ms`,
    from: advice,
    signal: "settings.no-connect-timeout",
    look: ({ library, connectTimeoutMs: ms }) => {
      if (ms === unclear || (ms !== undefined && ms >= minConnectMs && ms <= maxConnectMs))
        return undefined;
      return {
        observed:
          ms === undefined || ms === 0
            ? "no time-out while connecting"
            : `connecting may take ${ms} ms`,
        fix: {
          "redis-py": "socket_connect_timeout=1.0",
          ioredis: "connectTimeout: 1000",
          "node-redis": "socket: { connectTimeout: 1000 }",
        }[library],
      };
    },
  },
  {
    id: "app.command-timeout",
    severity: "warning",
    reads: "commandTimeout, socket_timeout",
    threshold: `set, more than ${shortCommandMs} ms and than the slowest command takes`,
    from: `${advice}; node-redis: ${measured}`,
    signal: "settings.no-command-timeout",
    look: ({ library, commandTimeoutMs: ms }) => {
      if (library === "node-redis") {
        return {
          observed:
            "node-redis drops its time-out once a command is written: a silent server hangs every call",
          fix: "protect(client, { attemptTimeoutMs: 100, deadlineMs: 1000 }) from holdfast, or a race on the caller's side",
        };
      }
      if (ms === unclear || (ms !== undefined && ms > 0)) return undefined;
      return {
        observed: "commands have no time-out: a silent server hangs every call",
        fix: library === "redis-py" ? "socket_timeout=1.0" : "commandTimeout: 1000",
      };
    },
  },
  {
    id: "app.short-timeout",
    severity: "warning",
    reads: "commandTimeout, socket_timeout",
    threshold: `at least ${shortCommandMs} ms`,
    from: advice,
    signal: "settings.short-command-timeout",
    look: ({ library, commandTimeoutMs: ms }) =>
      library === "node-redis" || typeof ms !== "number" || ms === 0 || ms >= shortCommandMs
        ? undefined
        : {
            observed: `commands may take ${ms} ms: every pause of the server becomes an error`,
            fix: library === "redis-py" ? "socket_timeout=1.0" : "commandTimeout: 1000",
          },
  },
  {
    id: "app.socket-timeout",
    severity: "critical",
    reads: "node-redis socket.socketTimeout",
    threshold: "left out",
    from: measured,
    look: ({ library, socketTimeoutMs: ms }) =>
      library !== "node-redis" || ms === undefined
        ? undefined
        : {
            observed:
              "socketTimeout closes a connection that is merely idle, and with the default reconnectStrategy for good",
            fix: "leave socketTimeout out; pingInterval: 30000 finds dead connections",
          },
  },
  {
    id: "app.error-listener",
    severity: "critical",
    reads: "client.on('error') in the same file",
    threshold: "there",
    from: measured,
    look: ({ library, listensForErrors, constructorName }) =>
      library !== "node-redis" || listensForErrors || constructorName === "createClientPool"
        ? undefined
        : {
            observed:
              "no 'error' listener in this file: the first lost connection ends the process",
            fix: "client.on('error', (error) => log.error(error))",
          },
  },
  {
    id: "app.resend",
    severity: "warning",
    reads: "ioredis autoResendUnfulfilledCommands",
    threshold: "false where commands must not run twice",
    from: measured,
    look: ({ library, option }) =>
      library !== "ioredis" || option("autoResendUnfulfilledCommands") !== undefined
        ? undefined
        : {
            observed:
              "after a reset ioredis sends what was under way again: INCR, LPUSH and the like may run twice",
            fix: "autoResendUnfulfilledCommands: false with commandTimeout, or protect(client) from holdfast",
          },
  },
  {
    id: "app.queue",
    severity: "warning",
    reads: "commandsQueueMaxLength, enableOfflineQueue, disableOfflineQueue",
    threshold: "bounded",
    from: `${advice}; ${measured}: 110,000 commands and 345 MB in a minute`,
    look: ({ library, queueMax, option }) => {
      if (library === "redis-py" || queueMax !== undefined) return undefined;
      if (option("enableOfflineQueue") === false || option("disableOfflineQueue") === true)
        return undefined;
      return {
        observed: "while Redis is away commands queue in memory without a bound",
        fix:
          library === "ioredis"
            ? "enableOfflineQueue: false, or protect(client) from holdfast"
            : "disableOfflineQueue: true, or protect(client) from holdfast",
      };
    },
  },
  {
    id: "app.retries",
    severity: "warning",
    reads: "ioredis maxRetriesPerRequest",
    threshold: "a small number; null for BullMQ's blocking connections only",
    from: `${advice}; ${measured}: the first error after 73.8 s with ioredis 6`,
    look: ({ library, option }) => {
      const retries = option("maxRetriesPerRequest");
      if (library !== "ioredis" || (typeof retries === "number" && retries <= 5)) return undefined;
      if (retries === unclear) return undefined;
      return {
        observed:
          retries === null
            ? "calls never fail while Redis is away"
            : "calls wait for all retries before they fail",
        fix: "maxRetriesPerRequest: 1",
      };
    },
  },
  {
    id: "app.reconnect",
    severity: "critical",
    reads: "reconnectStrategy, retryStrategy",
    threshold: "not false",
    from: advice,
    look: ({ option }) =>
      option("reconnectStrategy") !== false && option("retryStrategy") !== null
        ? undefined
        : {
            observed: "the client never connects again after it lost its connection",
            fix: "leave it out, or return a growing, bounded pause",
          },
  },
  {
    id: "app.keepalive",
    severity: "warning",
    reads: "keepAlive, socket_keepalive, health_check_interval",
    threshold: "on, every 30 s or so",
    from: advice,
    signal: "settings.no-keepalive",
    look: ({ library, keepAlive }) =>
      keepAlive !== false
        ? undefined
        : {
            observed: "a connection whose other end vanished is found after 15 minutes",
            fix: {
              "redis-py": "socket_keepalive=True, health_check_interval=30",
              ioredis: "keepAlive: 30000",
              "node-redis": "socket: { keepAlive: true, keepAliveInitialDelay: 30000 }",
            }[library],
          },
  },
  {
    id: "app.pool",
    severity: "warning",
    reads: "max_connections, maximum",
    threshold: "2 to what maxclients divided by the processes leaves (10,000 / processes)",
    from: advice,
    signal: "settings.small-pool",
    look: ({ poolMax }) =>
      typeof poolMax !== "number" || poolMax >= 2
        ? undefined
        : {
            observed: `a pool of ${poolMax}: every call waits for the one before`,
            fix: "as many as calls run at once, such as 20",
          },
  },
  {
    id: "app.connections",
    severity: "warning",
    reads: "max_connections, maximum, times processes",
    threshold: "no more than maxclients (10,000)",
    from: advice,
    signal: "settings.many-connections",
    look: ({ poolMax, processes }) => {
      const total =
        Number(typeof poolMax === "number" ? poolMax : 0) *
        Number(typeof processes === "number" ? processes : 1);
      return total <= 10_000
        ? undefined
        : {
            observed: `up to ${total} connections`,
            fix: "a pool of at most maxclients divided by the number of processes",
          };
    },
  },
  {
    id: "app.tls",
    severity: "critical",
    reads: "the URL's scheme, tls, ssl, the port",
    threshold: "all say the same",
    from: "our judgement",
    signal: "settings.tls-mismatch",
    look: ({ urlIsTls, tls, port, library }) => {
      if (tls === unclear) return undefined;
      const disagrees = urlIsTls === true && tls === false;
      const plainOnTlsPort = tlsPorts.includes(port) && urlIsTls !== true && tls !== true;
      if (!disagrees && !plainOnTlsPort) return undefined;
      return {
        observed: disagrees
          ? "the URL says TLS and the option says none"
          : `port ${String(port)} is usually TLS, and the client speaks plain`,
        fix: {
          "redis-py": "ssl=True, or rediss://",
          ioredis: "tls: {}, or rediss://",
          "node-redis": "socket: { tls: true }, or rediss://",
        }[library],
      };
    },
  },
];
