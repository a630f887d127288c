import { describe, expect, it } from "vitest";
import { type CauseId, causeIds } from "../causes.ts";
import { type SignalId, signalMeanings } from "../signals.ts";
import type { Signal, SourceKind, SourceReport } from "../source.ts";
import { judge, rules } from "./index.ts";

const report = (source: SourceKind, ids: readonly SignalId[], count = 20): SourceReport => ({
  source,
  signals: ids.map(
    (id): Signal => ({ id, count, evidence: [{ text: `seen ${id}`, place: `${source}:1` }] }),
  ),
  findings: [],
  passed: [],
  skipped: [],
});
const from = (ids: readonly SignalId[]): SourceReport[] => {
  const sources = new Set(ids.map((id) => id.split(".")[0] as SourceKind));
  return [...sources].map((source) =>
    report(
      source,
      ids.filter((id) => id.startsWith(`${source}.`)),
    ),
  );
};
const judged = (...ids: SignalId[]): ReturnType<typeof judge>["verdict"] =>
  judge(from(ids), { client: undefined }).verdict;

describe("the table of what tells the causes apart", () => {
  const rows: Readonly<Record<CauseId, readonly (readonly SignalId[])[]>> = {
    "process-down": [["logs.refused"], ["logs.refused", "server.refused", "packets.syn-refused"]],
    firewall: [
      ["logs.connect-timeout"],
      ["logs.connect-timeout", "server.healthy", "packets.syn-unanswered"],
    ],
    "backlog-overflow": [
      ["logs.connect-timeout", "logs.some-connects-succeed"],
      ["logs.connect-timeout", "server.listen-overflows", "packets.some-syns-unanswered"],
    ],
    dns: [["logs.dns"], ["logs.dns", "server.healthy", "packets.no-syn"]],
    "stale-dns": [["logs.readonly", "server.dns-drift"]],
    maxclients: [
      ["logs.maxclients"],
      ["logs.reset", "server.rejected-connections", "packets.reply-maxclients"],
    ],
    auth: [["logs.auth"], ["server.auth-refused"], ["packets.reply-auth"]],
    tls: [["logs.tls"], ["server.tls-mismatch"], ["packets.tls-alert"]],
    "protected-mode": [
      ["logs.protected-mode"],
      ["server.protected-mode"],
      ["packets.reply-denied"],
    ],
    "oom-noeviction": [["logs.oom"], ["server.memory-full"], ["packets.reply-oom"]],
    "oom-killed": [
      ["logs.server-oom-killed", "logs.refused", "logs.reset-then-refused"],
      [
        "logs.reset-then-refused",
        "logs.reset",
        "logs.refused",
        "server.oom-killed",
        "server.restarted",
      ],
    ],
    "slow-command": [
      ["logs.command-timeout"],
      ["logs.command-timeout", "server.slowlog", "packets.server-stall"],
      ["logs.busy"],
    ],
    fork: [
      ["logs.command-timeout", "logs.periodic-timeouts"],
      [
        "logs.command-timeout",
        "server.fork-slow",
        "packets.stall-periodic",
        "packets.server-stall",
      ],
    ],
    disk: [["logs.misconf"], ["logs.command-timeout", "server.disk", "packets.stall-on-writes"]],
    loading: [["logs.loading"], ["logs.loading", "server.loading", "packets.reply-loading"]],
    "packet-loss": [
      ["logs.command-timeout", "packets.retransmissions"],
      ["logs.command-timeout", "server.healthy", "packets.retransmissions"],
    ],
    "dead-peer": [
      ["logs.long-hang"],
      ["logs.kernel-gave-up", "logs.command-timeout"],
      ["packets.dead-peer"],
    ],
    "idle-timeout": [
      ["logs.reset", "logs.reset-after-idle"],
      ["logs.reset", "server.idle-timeout", "packets.fin-after-idle"],
    ],
    "output-buffer": [
      ["logs.reset", "logs.server-output-buffer"],
      ["logs.reset", "server.output-buffer", "packets.close-after-zero-window"],
    ],
    "client-event-loop": [
      ["logs.command-timeout", "logs.timeouts-one-process"],
      ["logs.command-timeout", "server.healthy", "packets.client-stall"],
      ["logs.event-loop-blocked", "logs.command-timeout"],
    ],
    "pool-exhausted": [
      ["logs.pool-exhausted"],
      ["logs.pool-exhausted", "server.healthy", "packets.few-busy-connections"],
    ],
    "fd-limit": [["logs.fd-limit"], ["logs.fd-limit", "server.healthy", "packets.no-syn"]],
    failover: [
      ["logs.readonly"],
      ["logs.readonly", "server.role-changed", "packets.reply-readonly"],
      ["logs.masterdown", "server.link-down"],
    ],
    "cluster-down": [["logs.clusterdown"], ["server.cluster-down"], ["packets.reply-clusterdown"]],
  };
  for (const cause of causeIds) {
    for (const ids of rows[cause]) {
      it(`${ids.join(", ")}: ${cause}`, () => {
        const verdict = judged(...ids);
        expect(verdict.cause).toBe(cause);
        expect(verdict.evidence[0]?.seen[0]?.place).toMatch(/:1$/);
        expect(verdict.fixes.length).toBeGreaterThan(0);
      });
    }
  }
});

it("names no cause where nothing failed", () => {
  expect(judged().cause).toBe("none");
  expect(judged("server.healthy", "packets.healthy")).toMatchObject({ cause: "none", fixes: [] });
  expect(judged("settings.no-keepalive", "settings.no-command-timeout").cause).toBe("none");
});

it("takes a fresh start for no failure, and a server that only loads for no slow command", () => {
  expect(judged("server.healthy", "server.restarted").cause).toBe("none");
  expect(judged("server.healthy", "server.restarted", "packets.syn-refused").cause).toBe(
    "process-down",
  );
  const loading = ["packets.reply-loading", "packets.server-stall", "packets.slow-one-command"];
  expect(judged(...(loading as SignalId[])).cause).toBe("loading");
});

it("is surer with more sources that agree, and less when one contradicts", () => {
  const one = judged("logs.command-timeout").confidence;
  const both = judged("logs.command-timeout", "server.slowlog").confidence;
  expect(both).toBeGreaterThan(one);
  const contradicted = judged("logs.refused", "server.healthy").confidence;
  expect(contradicted).toBeLessThan(judged("logs.refused").confidence);
  for (const sure of [one, both]) expect(sure).toBeLessThan(1);
});

describe("hard pairs", () => {
  it("names both with one source, and what to collect", () => {
    const verdict = judged("logs.connect-timeout");
    expect(verdict).toMatchObject({ cause: "firewall", alsoPossible: "backlog-overflow" });
    expect(verdict.summary).toContain("alone cannot tell");
    expect(verdict.collect.join()).toContain("--pcap");
  });

  it("names one with two", () => {
    const verdict = judged("logs.connect-timeout", "packets.syn-unanswered");
    expect(verdict).toMatchObject({ cause: "firewall", alsoPossible: null });
    expect(verdict.runnerUp?.whyNot.length).toBeGreaterThan(10);
  });
});

it("counts a symptom that many causes share by its part of all failures", () => {
  const reports = [
    report("logs", ["logs.command-timeout"], 500),
    report("logs", ["logs.refused"], 2),
  ];
  expect(judge(reports, { client: undefined }).verdict.cause).toBe("slow-command");
});

it("tells fixes as the client at hand spells them, for its server", () => {
  const { verdict } = judge(from(["logs.long-hang"]), {
    client: "redis-py",
    host: "cache.internal",
    port: 6380,
  });
  expect(verdict.fixes.join("\n")).toContain("socket_keepalive=True");
  const down = judge(from(["logs.refused"]), {
    client: "ioredis",
    host: "$(reboot)",
    port: 6380,
  }).verdict;
  expect(down.fixes.join("\n")).not.toContain("reboot");
});

it("refers to signals that exist, and has a weight for every cause", () => {
  for (const cause of causeIds) {
    const weights = Object.entries(rules[cause].signals);
    for (const [id] of weights) expect(Object.hasOwn(signalMeanings, id), id).toBe(true);
    expect(Math.max(...weights.map(([, weight]) => weight)), cause).toBeGreaterThanOrEqual(4);
  }
});
