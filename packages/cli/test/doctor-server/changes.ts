import type { Facts, Info } from "../../src/doctor/server/facts.ts";
import { clusterNode, healthy, withConfig, withHost, withInfo } from "./recorded.ts";

/** One way in which facts differ from a healthy server's. */
export type Change = (facts: Facts) => Facts;

export const info =
  (second: Info, first?: Info): Change =>
  (facts) =>
    withInfo(facts, second, first);
export const config =
  (settings: Info): Change =>
  (facts) =>
    withConfig(facts, settings);
export const also =
  (more: Partial<Facts>): Change =>
  (facts) => ({ ...facts, ...more });
export const host =
  (more: Partial<NonNullable<Facts["host"]>>): Change =>
  (facts) =>
    withHost(facts, more);
export const all =
  (...changes: readonly Change[]): Change =>
  (facts) =>
    changes.reduce((sofar, change) => change(sofar), facts);
export const clients = (count: number, more: object): Change =>
  also({
    clients: {
      total: count,
      rows: Array.from({ length: count }, (_, index) => ({
        ...clientRow,
        id: `${index}`,
        ...more,
      })),
    },
  });
const clientRow = {
  id: "1",
  address: "10.0.0.1:1",
  name: "api",
  library: "",
  user: "default",
  ageSeconds: 1,
  idleSeconds: 1,
  flags: "N",
  command: "get",
  outputBytes: 0,
  queryBytes: 0,
};
export const pings = (latencies: readonly number[], ownDelay = { median: 0, max: 0 }): Change =>
  also({ ping: { latencies, failures: [], ownDelay } });
export const slow = (command: string, durationMs: number): Change =>
  also({ slowlog: [{ id: 1, at: 1_000, durationMs, command, client: "" }] });
export const event = (name: string): Change =>
  also({ latency: [{ event: name, at: 1_000, latestMs: 120, maxMs: 150 }] });
export const monitored = config({ "latency-monitor-threshold": "100" });
export const login = (outcome: NonNullable<Facts["login"]>["outcome"], text = ""): Change =>
  also({ login: { outcome, text, ms: 1, credentials: false, openToAll: false } });
export const gb = (count: number): string => String(Math.round(count * 1024 ** 3));
const day = 86_400_000;
export const certificate = (days: number): Change =>
  also({ tls: { outcome: "established", validTo: healthy.examinedAt + days * day + 1_000 } });
export const cluster = (
  fields: Info,
  nodes = [clusterNode({})],
  answers = [{ node: "b:1", answer: "PONG" }],
): Change =>
  also({
    cluster: {
      info: { cluster_state: "ok", cluster_slots_assigned: "16384", ...fields },
      nodes,
      answers,
    },
  });
export const sentinel = (more: Partial<NonNullable<Facts["sentinel"]>>): Change =>
  also({
    sentinel: {
      at: "s:26379",
      primaryName: "main",
      primary: { host: "p", port: 6379 },
      names: ["main"],
      flags: ["master"],
      otherSentinels: 2,
      replicas: 1,
      checkQuorum: "OK 3 usable Sentinels",
      tilt: false,
      unanswered: [],
      ...more,
    },
  });

export function keys(largest: {
  readonly type: string;
  readonly bytes: number;
  readonly elements?: number;
}): NonNullable<Facts["keys"]> {
  return {
    sampled: 10,
    total: 10,
    withoutExpiry: 0,
    largest: [{ digest: "ab", nameBytes: 3, ...largest }],
  };
}

/** Each check: what is well right at its threshold, and what is found beyond it. */
export type Case = readonly [
  id: string,
  well: Change,
  ...found: (readonly [severity: string, change: Change])[],
];
