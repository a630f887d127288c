import { setTimeout as sleep } from "node:timers/promises";
import { takeClients } from "./collect/clients.ts";
import { type AskNode, takeCluster } from "./collect/cluster.ts";
import { takeConfig } from "./collect/config.ts";
import { takeInfo } from "./collect/info.ts";
import { takeKeys } from "./collect/keys.ts";
import { pingUntil } from "./collect/ping.ts";
import { enableSlowlog, takeLatency, takeSlowlog } from "./collect/slowlog.ts";
import type { FactName, Info } from "./facts.ts";
import type { Draft } from "./gather.ts";
import { open } from "./ladder/climb.ts";
import type { Settings } from "./options.ts";
import type { Session } from "./session.ts";
import type { Target } from "./target.ts";

/** Asks a server that answers everything that it may be asked, two samples of INFO first. */
export async function interview(
  session: Session,
  facts: Draft,
  target: Target,
  settings: Settings,
): Promise<void> {
  const { onProgress } = settings;
  onProgress({ step: "reading INFO and the clients" });
  const clients = await takeClients(session);
  const info = await takeSamples(session, facts, settings);
  onProgress({ step: "reading clients, settings and the slow log" });
  const later = "rows" in clients ? await takeClients(session) : clients;
  if (!("rows" in clients)) facts.missing.clients = clients.reason;
  else facts.clients = { ...clients, later: "rows" in later ? later.rows : undefined };
  const loading = info?.loading === "1";
  keep(facts, "config", await takeConfig(session));
  keep(facts, "slowlog", await takeSlowlog(session));
  keep(facts, "latency", await takeLatency(session));
  if (settings.enableSlowlogMs !== undefined) {
    const problem = await enableSlowlog(session, settings.enableSlowlogMs);
    if (problem !== undefined) facts.missing.slowlog ??= problem;
  }
  // Where INFO is refused, the cluster is asked itself.
  if (info === undefined || info.cluster_enabled === "1") {
    onProgress({ step: "asking the cluster's nodes" });
    keep(facts, "cluster", await takeCluster(session, nodeAsker(target, settings)));
  } else facts.missing.cluster = "this is no cluster";
  if (loading) facts.missing.keys = "it is loading";
  else {
    onProgress({ step: "sampling keys" });
    keep(facts, "keys", await takeKeys(session));
  }
}

/** INFO, PINGs for as long as the user wants, and INFO again; gives the newest. */
async function takeSamples(
  session: Session,
  facts: Draft,
  settings: Settings,
): Promise<Info | undefined> {
  const { sampleMs, now, signal } = settings;
  const first = await takeInfo(session);
  const began = performance.now();
  const at = now();
  facts.ping = await pingUntil(session, began + sampleMs, settings);
  await sleep(Math.max(0, began + sampleMs - performance.now()), undefined, { signal });
  if ("reason" in first) {
    facts.missing.samples = first.reason;
    return undefined;
  }
  const second = await takeInfo(session);
  facts.samples = {
    first: first.info,
    second: "info" in second ? second.info : undefined,
    elapsedMs: performance.now() - began,
    at,
  };
  return facts.samples.second ?? first.info;
}

function keep<Name extends FactName>(
  facts: Draft,
  name: Name,
  taken: { readonly value: Draft[Name] } | { readonly reason: string },
): void {
  if ("value" in taken) facts[name] = taken.value;
  else facts.missing[name] = taken.reason;
}

/** Asks other nodes of a cluster with the same credentials. */
function nodeAsker(target: Target, settings: Settings): AskNode {
  return async (address) => {
    const opened = await open({ ...address }, target, address, settings);
    opened.connection?.close();
    const { login, tls } = opened;
    if (login === undefined) return tls?.error ?? "no connection";
    return login.outcome === "ready" ? "PONG" : (login.text ?? login.outcome);
  };
}
