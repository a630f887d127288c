import type { BreakerState } from "../core/index.ts";
import type { GuardParts } from "./guard.ts";
import type { Latency } from "./latency.ts";
import type { NodeView } from "./node-view.ts";
import type { WouldHave } from "./node-watch.ts";
import type { GuardMode } from "./options.ts";
import type { LastFailure } from "./record.ts";

/** Plain JSON. Times are in milliseconds, counts are since the guard was made. */
export interface GuardHealth {
  readonly name: string;
  readonly mode: GuardMode;
  /** The worst among the nodes. */
  readonly state: BreakerState;
  /** How long it has been in that state. */
  readonly stateForMs: number;
  /** Nodes that are connected, of how many. */
  readonly connections: { readonly up: number; readonly total: number };
  /** Commands that clients hold, those included whose caller has given up. */
  readonly inFlight: number;
  /** Commands that wait for a connection or a place. */
  readonly waiting: number;
  /** Attempts of commands, retries included. */
  readonly attempts: number;
  readonly retries: number;
  /** Silent connections that were replaced. */
  readonly recycled: number;
  /** Rejected commands, by the code of their error. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Failures, by symptom. */
  readonly symptoms: Readonly<Record<string, number>>;
  readonly lastFailure: LastFailure | null;
  /** Sampled, from the call to the reply. */
  readonly latency: Latency;
  readonly nodes: readonly NodeHealth[];
  /** What a guard in `observe` mode would have done; null in the other modes. */
  readonly wouldHave: Readonly<WouldHave> | null;
  /** Options of the client that work against the guard, with what to set. */
  readonly advice: readonly string[];
}

export interface NodeHealth {
  readonly node: string;
  readonly state: BreakerState;
  readonly stateForMs: number;
  readonly connected: boolean;
  readonly inFlight: number;
  readonly waiting: number;
}

export function healthOf(
  guard: { readonly name: string; readonly mode: GuardMode; readonly state: BreakerState },
  parts: GuardParts,
): GuardHealth {
  const nodes = parts.nodes().map(healthOfNode);
  const all = parts.entry === undefined ? nodes : [healthOfNode(parts.entry), ...nodes];
  const worst = all.filter((node) => node.state === guard.state);
  return {
    name: guard.name,
    mode: guard.mode,
    state: guard.state,
    stateForMs: Math.max(0, ...worst.map((node) => node.stateForMs)),
    connections: { up: nodes.filter((node) => node.connected).length, total: nodes.length },
    inFlight: sum(nodes.map((node) => node.inFlight)),
    waiting: sum(all.map((node) => node.waiting)),
    ...parts.record.snapshot(),
    nodes,
    wouldHave: parts.wouldHave === undefined ? null : { ...parts.wouldHave },
    advice: parts.advice,
  };
}

function healthOfNode(node: NodeView): NodeHealth {
  const stateForMs = Math.round(node.clock.now() - node.breaker.since);
  const { state } = node.breaker;
  const { address, connected, inFlight, waiting } = node;
  return { node: address, state, stateForMs, connected, inFlight, waiting };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
