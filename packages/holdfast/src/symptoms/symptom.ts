import type { Outcome } from "../core/index.ts";

/** The ids of everything that goes wrong between an application and Redis. */
export type SymptomId =
  | "refused"
  | "reset"
  | "connect-timeout"
  | "command-timeout"
  | "dns"
  | "unreachable"
  | "tls"
  | "auth"
  | "loading"
  | "readonly"
  | "oom"
  | "maxclients"
  | "pool-exhausted"
  | "retries-exhausted"
  | "not-connected"
  | "masterdown"
  | "clusterdown"
  | "cluster-moved"
  | "sentinel"
  | "noscript"
  | "busy"
  | "misconf"
  | "noreplicas"
  | "protocol"
  | "fd-limit"
  | "wrongtype"
  | "crossslot"
  | "syntax";

/**
 * Who words a failure: a client library, a framework on top of one, or the server: by its error
 * replies, which any client may print, or in its own log.
 */
export type Speaker =
  | "node-redis"
  | "ioredis"
  | "bun"
  | "redis-py"
  | "celery"
  | "jedis"
  | "lettuce"
  | "redisson"
  | "spring-data-redis"
  | "go-redis"
  | "redigo"
  | "radix"
  | "redis-rb"
  | "redis-client"
  | "sidekiq"
  | "phpredis"
  | "predis"
  | "stackexchange-redis"
  | "redis-rs"
  | "valkey-glide"
  | "hiredis"
  | "perl-redis"
  | "redix"
  | "redis-cli"
  | "reply"
  | "redis-server"
  | "redis-sentinel";

/** What one speaker writes when the symptom occurs. */
export interface Wording {
  /** Who writes it; left out where several do, or a runtime underneath. */
  readonly by?: Speaker;
  /**
   * The text, any case; `{…}` stands for what varies. `{n}` is a number, any other name is up to 200
   * characters of anything.
   */
  readonly text: string;
  /** Other programs write the same: it counts only where something else says Redis. */
  readonly generic?: boolean;
  /**
   * `cause` names the root and wins over all else, `wrapper` yields to any cause that is named.
   * Default `statement`, between the two.
   */
  readonly role?: "cause" | "statement" | "wrapper";
  /** Symptoms that the same text would name as well, and that this wording rules out. */
  readonly excludes?: readonly SymptomId[];
  /** Where this wording proves another outcome than the symptom as a whole. */
  readonly outcome?: Outcome;
  /** What must also hold from the text's beginning on, in lower case. */
  readonly refine?: RegExp;
  /**
   * Counts in this phase only, for words that mean another symptom in the other; where nothing tells
   * the phase it is taken for `transfer`.
   */
  readonly during?: "connect" | "transfer";
}

/** An error of the operating system, the resolver or the TLS library under a client. */
export interface SystemSign {
  /** Its symbol, such as `ECONNREFUSED`. */
  readonly symbol: string;
  /** Its numbers on Linux, macOS, Windows and in libuv, without sign. */
  readonly numbers?: readonly number[];
  /** Its sentences, lower case. */
  readonly texts?: readonly string[];
  /** In which phase it means this symptom: connecting, sending or receiving, or both. */
  readonly during: "connect" | "transfer" | "both";
}

/** How to tell for certain that it is this symptom, and why it occurs. */
export interface Confirmation {
  /** A shell command. */
  readonly run: string;
  /** What its output tells. */
  readonly tells: string;
}

/** One thing that goes wrong between an application and Redis. */
export interface Symptom<Id extends SymptomId = SymptomId> {
  readonly id: Id;
  readonly title: string;
  readonly group: "connecting" | "connection" | "server" | "cluster" | "application";
  /** What it means, in one paragraph. */
  readonly meaning: string;
  /** What it does to an application that is not prepared for it. */
  readonly effect: string;
  /** Is it certain that the command was not executed? Of the attempt that the message reports. */
  readonly outcome: Outcome;
  /** Whether the same command may succeed when it is tried again soon. */
  readonly retryable: boolean;
  /** Whether it says that Redis or the way to it is unwell, and so counts for a circuit breaker. */
  readonly countsAsFailure: boolean;
  /** Likeliest first. */
  readonly causes: readonly string[];
  readonly confirm: readonly Confirmation[];
  readonly fixes: readonly string[];
  readonly wordings: readonly Wording[];
  /** First words of the server's error replies. */
  readonly replies?: readonly string[];
  /** Those of them that concern one command only and do not count for a circuit breaker. */
  readonly innocentReplies?: readonly string[];
  /** Names of error classes that mean this and nothing else, with what they prove. */
  readonly classes?: Readonly<Record<string, Outcome>>;
  readonly system?: readonly SystemSign[];
  /** Ids of the drill's faults that reproduce it. */
  readonly faults: readonly string[];
  /** Where it is documented, as addresses. */
  readonly sources: readonly string[];
}
