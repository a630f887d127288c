import type { Adapter, ClientKind, FleetHost, WatchedFleet } from "../clients/index.ts";
import {
  hookIoredisCluster,
  hookNodeRedisCluster,
  hookNodeRedisPool,
  hookNodeRedisSentinel,
  observeIoredisCluster,
  observeNodeRedisCluster,
  observeNodeRedisPool,
  observeNodeRedisSentinel,
} from "../clients/index.ts";
import { Fleet } from "./fleet.ts";
import type { GuardParts } from "./guard.ts";
import type { NodeView } from "./node-view.ts";
import { NodeWatch, nothingYet } from "./node-watch.ts";
import type { NodeObserver } from "./observer.ts";
import type { GuardMode, GuardSettings } from "./options.ts";

/** How a client with several connections is hooked, and how it is watched. */
export interface FleetAdapter {
  readonly hook: (client: object, host: FleetHost) => Adapter;
  readonly observe: (client: object, fleet: WatchedFleet) => () => void;
}

const adapters: Readonly<Record<string, FleetAdapter>> = {
  "ioredis cluster": { hook: hookIoredisCluster, observe: observeIoredisCluster },
  "node-redis pool": { hook: hookNodeRedisPool, observe: observeNodeRedisPool },
  "node-redis sentinel": { hook: hookNodeRedisSentinel, observe: observeNodeRedisSentinel },
  "node-redis cluster": { hook: hookNodeRedisCluster, observe: observeNodeRedisCluster },
};

/** Undefined for a client with one connection, and for one that cannot be guarded. */
export function fleetAdapterFor({ library, topology }: ClientKind): FleetAdapter | undefined {
  return adapters[`${library} ${topology}`];
}

/** What the guard of such a client is made of. */
export function guardFleet(
  client: object,
  adapter: FleetAdapter,
  mode: GuardMode,
  settings: GuardSettings,
  observer: NodeObserver,
  adopt: (duplicate: object) => void,
): Pick<GuardParts, "nodes" | "entry" | "release" | "wouldHave"> {
  if (mode === "observe") return watchFleet(client, adapter, settings, observer);
  const fleet = new Fleet(settings, observer, adopt);
  const { link, release: unhook } = adapter.hook(client, fleet);
  fleet.attach(link);
  const release = () => {
    unhook();
    fleet.dispose();
  };
  return { nodes: () => fleet.nodes, entry: fleet.entry, release, wouldHave: undefined };
}

function watchFleet(
  client: object,
  adapter: FleetAdapter,
  settings: GuardSettings,
  observer: NodeObserver,
): Pick<GuardParts, "nodes" | "release" | "wouldHave"> {
  const nodes = new Set<NodeView>();
  const wouldHave = nothingYet();
  const join: WatchedFleet["join"] = (observe) => {
    const watch = new NodeWatch(settings, observer, wouldHave);
    const stop = observe(watch);
    nodes.add(watch);
    return () => {
      stop();
      watch.dispose();
      nodes.delete(watch);
    };
  };
  const release = adapter.observe(client, { join });
  return { nodes: () => [...nodes], release, wouldHave };
}
