import type { Address } from "./target.ts";

/*
 * What was learnt, as plain data: the checks and the signals are pure functions of it. Whatever
 * could not be learnt is not there, and `missing` says why.
 */

export interface DnsFacts {
  readonly host: string;
  readonly addresses: readonly string[];
  readonly ms: number;
  /** `ENOTFOUND`, `EAI_AGAIN`; "timeout" when there was no answer. */
  readonly error?: string | undefined;
  /** The answer at the end of the examination. */
  readonly later?: readonly string[] | undefined;
}

export type ConnectOutcome = "connected" | "refused" | "timed-out" | "unreachable" | "failed";

export interface ConnectAttempt {
  /** `address:port`, or the socket's path. */
  readonly to: string;
  readonly outcome: ConnectOutcome;
  readonly ms: number;
  readonly code?: string | undefined;
}

export interface TlsFacts {
  readonly outcome: "established" | "failed" | "timed-out";
  readonly protocol?: string | undefined;
  /** Why the certificate is not trusted; undefined when it is. */
  readonly untrusted?: string | undefined;
  /** Milliseconds since 1970. */
  readonly validFrom?: number | undefined;
  readonly validTo?: number | undefined;
  readonly subject?: string | undefined;
  readonly error?: string | undefined;
}

export type LoginOutcome =
  /** It answers commands. */
  | "ready"
  | "loading"
  | "busy"
  | "masterdown"
  /** NOAUTH, WRONGPASS, NOPERM, or AUTH without a password set. */
  | "auth-refused"
  /** DENIED: protected mode. */
  | "denied"
  | "maxclients"
  /** It accepts and answers nothing. */
  | "silent"
  /** It accepts and closes. */
  | "closed"
  /** What it answers is no RESP. */
  | "no-redis"
  /** The certificate is not trusted, so that no password was sent. */
  | "withheld";

export interface LoginFacts {
  readonly outcome: LoginOutcome;
  /** The server's own words, or the error's. */
  readonly text?: string | undefined;
  readonly ms: number;
  /** Whether the URL has a password. */
  readonly credentials: boolean;
  /** Whether a connection without any password is answered; undefined when not tried. */
  readonly openToAll?: boolean | undefined;
}

export interface PingFacts {
  /** In milliseconds, in the order in which they were sent; bounded. */
  readonly latencies: readonly number[];
  /** PINGs that were not answered, and why. */
  readonly failures: readonly string[];
  /** How late this process's own timers were at worst and at the median, in milliseconds. */
  readonly ownDelay: { readonly median: number; readonly max: number };
}

/** Fields of INFO, all sections, by name. */
export type Info = Readonly<Record<string, string>>;

export interface SampleFacts {
  readonly first: Info;
  readonly second?: Info | undefined;
  /** Between the two. */
  readonly elapsedMs: number;
  /** When the first was taken, in milliseconds since 1970. */
  readonly at: number;
}

export interface ClientRow {
  readonly id: string;
  /** `address:port`. */
  readonly address: string;
  readonly name: string;
  readonly library: string;
  readonly user: string;
  readonly ageSeconds: number;
  readonly idleSeconds: number;
  /** As Redis gives them: N normal, M master, S replica, b blocked, P pub/sub, x in MULTI. */
  readonly flags: string;
  readonly command: string;
  readonly outputBytes: number;
  readonly queryBytes: number;
}

export interface ClientFacts {
  /** All but the doctor's own; bounded. */
  readonly rows: readonly ClientRow[];
  /** How many there were, also of those that are not in `rows`. */
  readonly total: number;
  /** Ids that were there, in the same state, when the second list was taken. */
  readonly later?: readonly ClientRow[] | undefined;
}

export interface SlowEntry {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly durationMs: number;
  /** The command's name, with its subcommand; never an argument. */
  readonly command: string;
  readonly client: string;
}

export interface LatencyEvent {
  readonly event: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly latestMs: number;
  readonly maxMs: number;
}

export interface ClusterNode {
  readonly id: string;
  readonly address: Address;
  /** `master`, `slave`, `fail?`, `fail`, `noaddr`, `handshake`, … */
  readonly flags: readonly string[];
  readonly primaryId?: string | undefined;
  readonly linkUp: boolean;
  /** How many slots it serves, and those that are moving. */
  readonly slots: number;
  readonly openSlots: number;
}

export interface ClusterFacts {
  readonly info: Info;
  readonly nodes: readonly ClusterNode[];
  /** What the other nodes answered to a PING; bounded. */
  readonly answers: readonly { readonly node: string; readonly answer: string }[];
}

export interface SentinelFacts {
  /** The Sentinel that answered. */
  readonly at: string;
  readonly primaryName: string;
  /** Where it says that the primary is; undefined when it knows none by that name. */
  readonly primary?: Address | undefined;
  readonly names: readonly string[];
  readonly flags: readonly string[];
  readonly quorum?: number | undefined;
  readonly otherSentinels?: number | undefined;
  readonly replicas?: number | undefined;
  /** SENTINEL CKQUORUM's answer. */
  readonly checkQuorum?: string | undefined;
  readonly tilt: boolean;
  /** Sentinels of the URL that did not answer, and why. */
  readonly unanswered: readonly string[];
}

export interface KeyFacts {
  /** How many keys were looked at. */
  readonly sampled: number;
  readonly total: number;
  /** The largest ones. A digest in place of the key's name, which may be a person's. */
  readonly largest: readonly {
    readonly digest: string;
    readonly nameBytes: number;
    readonly type: string;
    readonly bytes: number;
    readonly elements?: number | undefined;
  }[];
  readonly withoutExpiry: number;
}

export interface HostFacts {
  /** Of /proc/sys and the like, by name; absent where they cannot be read. */
  readonly settings: Readonly<Record<string, string>>;
  /** Counters of /proc/net/{netstat,snmp} at both samples. */
  readonly counters: {
    readonly first: Readonly<Record<string, number>>;
    readonly second?: Readonly<Record<string, number>> | undefined;
  };
  readonly listener?: { readonly queued: number } | undefined;
  readonly process?: ProcessFacts | undefined;
  /** What the kernel's log says of Redis processes that it killed for memory; undefined where it may not be read. */
  readonly oomKills?: readonly OomKill[] | undefined;
  readonly sockets: SocketFacts;
  /** Processes of this host that are clients of the target. */
  readonly clients: readonly ClientProcess[];
}

export interface OomKill {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at?: number | undefined;
  /** The memory cgroup of the killed process: under systemd and in containers its service. */
  readonly cgroup?: string | undefined;
}

export interface ProcessFacts {
  readonly pid: number;
  /** R running, S sleeping, D waiting for a disk, T stopped. */
  readonly state: string;
  readonly openFilesMax?: number | undefined;
  readonly swapBytes?: number | undefined;
  readonly hugePageBytes?: number | undefined;
  /** Share of one core between the samples, 0 to 1. */
  readonly cpuShare?: number | undefined;
  /** Its memory cgroup. */
  readonly cgroup?: string | undefined;
}

/** TCP sockets of this host whose other end is the target, or, on the target, its clients. */
export interface SocketFacts {
  readonly established: number;
  readonly timeWait: number;
  readonly synSent: number;
  /** Towards other addresses at the same port: where applications are that kept an old address. */
  readonly elsewhere: readonly { readonly address: string; readonly count: number }[];
  /** With bytes unacknowledged through at least three backed-off retransmissions. */
  readonly unacknowledged: number;
  /** On the client's side: replies that have arrived and are not read, at both samples. */
  readonly unread: number;
}

export interface ClientProcess {
  readonly pid: number;
  readonly name: string;
  readonly connections: number;
  readonly openFiles: number;
  readonly openFilesMax?: number | undefined;
  readonly cpuShare?: number | undefined;
  /** Of its sockets to the target, how many hold unread replies. */
  readonly unread: number;
}

export interface TargetFacts {
  /** Without credentials. */
  readonly label: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly unix: boolean;
  readonly loopback: boolean;
  readonly thisHost: boolean;
}

/** What a source of facts is called where it is missing. */
export type FactName = Exclude<keyof Facts, "target" | "missing" | "examinedAt" | "ownErrors">;

export interface Facts {
  readonly target: TargetFacts;
  /** Milliseconds since 1970. */
  readonly examinedAt: number;
  readonly dns?: DnsFacts | undefined;
  readonly connects?: readonly ConnectAttempt[] | undefined;
  readonly tls?: TlsFacts | undefined;
  /** What the other side speaks where it is not what the URL says. */
  readonly mismatch?: "server-speaks-tls" | "server-speaks-plain" | undefined;
  readonly login?: LoginFacts | undefined;
  readonly ping?: PingFacts | undefined;
  readonly samples?: SampleFacts | undefined;
  /** Settings of the server, without any secret. */
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly clients?: ClientFacts | undefined;
  readonly slowlog?: readonly SlowEntry[] | undefined;
  readonly latency?: readonly LatencyEvent[] | undefined;
  readonly cluster?: ClusterFacts | undefined;
  readonly sentinel?: SentinelFacts | undefined;
  readonly keys?: KeyFacts | undefined;
  readonly host?: HostFacts | undefined;
  /** Error replies to the doctor's own commands, by prefix: they are in the server's counters. */
  readonly ownErrors: Readonly<Record<string, number>>;
  /** Why a source of facts is not there. */
  readonly missing: Readonly<Partial<Record<FactName, string>>>;
}
