import type { Adapter, AdapterHost } from "../../adapter.ts";
import type { FleetHost } from "../../fleet.ts";
import { hook, hookGetter } from "../../hook.ts";
import { EntryCall } from "../entry-call.ts";
import { hookOptions, settledWithin, subscriptionMethods } from "../hooks.ts";
import type { LeasedMember } from "../leased-clients.ts";
import { LeasedClients } from "../leased-clients.ts";
import type { NodeRedisClient } from "../members.ts";
import { SentinelLink } from "./link.ts";
import type { NodeRedisSentinel, SentinelTask } from "./members.ts";
import { nodeRedisSentinelTarget } from "./members.ts";

type Method = (...values: unknown[]) => Promise<unknown>;

/** What makes the client ask its sentinels: it takes it for the reply of a former primary. */
const askSentinels = "READONLY asked by the guard";

/**
 * Hooks a node-redis sentinel. The client goes on finding the primary and the replicas; each of their
 * clients is hooked when a command is about to be given to it.
 *
 * @throws HoldfastError `HOLDFAST_CLIENT` before anything is changed.
 */
export function hookNodeRedisSentinel(client: object, host: FleetHost): Adapter {
  const sentinel = nodeRedisSentinelTarget(client);
  const { _execute: execute } = sentinel;
  let primary: LeasedMember | undefined;
  const clients = new LeasedClients(host, (own) => onDown(own, () => link.unwell()));
  const join = (one: NodeRedisClient, isPrimary: boolean) => {
    const isNew = !clients.has(one);
    const member = clients.join(one);
    if (isNew) hookLeased(one, member, () => link.open);
    if (isPrimary) primary = member;
  };
  const link: SentinelLink = new SentinelLink({
    sentinel,
    owner: host,
    clock: host.clock,
    attemptMs: host.connectMs,
    primaryUsable: () => primary === undefined || primary.usable,
    rediscover: async () => {
      let asked = false;
      await execute.call(sentinel, false, async (one) => {
        if (!asked) {
          asked = true;
          throw new Error(askSentinels);
        }
        join(one, true);
      });
      if (primary?.usable !== true) host.trip(new Error("the primary cannot be reached"));
    },
  });
  const restore = [
    hookOptions(sentinel),
    hookExecute(sentinel, host, link, join),
    ...hookSubscriptions(sentinel, host, link),
    watchMoves(sentinel, host),
    ...hookLife(sentinel, host, link, clients),
  ];
  return {
    link,
    release: () => {
      for (const undo of restore) undo();
      clients.releaseAll();
      link.release();
    },
  };
}

/**
 * The client asks one that is not connected for the primary again and again, without a pause, and waits:
 * its guard knows better. And when the client ends one for another, it must be known what was written.
 */
function hookLeased(
  client: NodeRedisClient,
  { adapter }: LeasedMember,
  isOpen: () => boolean,
): void {
  const { link } = adapter;
  const target = client._self;
  const { destroy } = target;
  hookGetter(client, "isReady", () => client.isOpen);
  hook(target, "destroy", () => {
    if (!isOpen() || !link.open) {
      destroy.call(target);
      return;
    }
    link.drop(new Error("another server has taken its place"));
    // Once those have heard of it who had commands there: what was not written goes elsewhere.
    setImmediate(() => {
      if (link.open) link.stop();
    });
  });
}

function hookExecute(
  sentinel: NodeRedisSentinel,
  host: FleetHost,
  link: SentinelLink,
  join: (client: NodeRedisClient, isPrimary: boolean) => void,
): () => void {
  const { _execute: execute, use } = sentinel;
  const guarded = (
    isReadonly: boolean | undefined,
    task: SentinelTask,
    run: (task: SentinelTask) => Promise<unknown>,
  ) =>
    new Promise((resolve, reject) => {
      const begin = (call: EntryCall) =>
        run(async (client) => {
          // It waited for a primary for longer than its caller did.
          if (call.settled) return undefined;
          join(client, isReadonly !== true);
          return call.carry(() => task(client));
        });
      const isOpen = () => link.open;
      const details = { name: "COMMAND", args: undefined, size: 1, run: begin, isOpen };
      host.submit(new EntryCall(host, details, resolve, reject));
    });
  const undoExecute = hook(sentinel, "_execute", ((isReadonly, task) =>
    guarded(isReadonly, task, (own) =>
      execute.call(sentinel, isReadonly, own),
    )) satisfies NodeRedisSentinel["_execute"]);
  const undoUse = hook(sentinel, "use", ((task) =>
    use.call(sentinel, (lease) => {
      const leased = lease._self;
      const { _execute: leasedExecute } = leased;
      hook(leased, "_execute", ((isReadonly, own) =>
        guarded(false, own, (inner) =>
          leasedExecute.call(leased, isReadonly, inner),
        )) satisfies NodeRedisSentinel["_execute"]);
      return task(lease);
    })) satisfies NodeRedisSentinel["use"]);
  return () => {
    undoExecute();
    undoUse();
  };
}

function hookSubscriptions(
  sentinel: NodeRedisSentinel,
  host: FleetHost,
  link: SentinelLink,
): (() => void)[] {
  const names = subscriptionMethods.flatMap((name) => [name, name.toUpperCase()]);
  return names.map((name) => {
    const raw = Reflect.get(sentinel, name) as Method | undefined;
    if (typeof raw !== "function") return () => {};
    return hook(sentinel, name, function (this: NodeRedisSentinel, ...values: unknown[]) {
      return new Promise((resolve, reject) => {
        const run = () => raw.apply(this, values);
        const isOpen = () => link.open;
        const details = { name: name.toUpperCase(), args: undefined, size: 1, run, isOpen };
        host.submit(new EntryCall(host, details, resolve, reject));
      });
    });
  });
}

/**
 * The connection that is subscribed is inside of the client, which moves it when there is another primary.
 * Whoever was subscribed may have missed what was published since the former one stopped.
 */
function watchMoves(sentinel: NodeRedisSentinel, { subscriber }: FleetHost): () => void {
  let known = sentinel.isReady;
  const listener = ({ type }: { readonly type: string }) => {
    if (type !== "MASTER_CHANGE") return;
    if (known) {
      subscriber.down(new Error("the sentinels have named another primary"));
      subscriber.up();
    }
    known = true;
  };
  sentinel.on("topology-change", listener);
  return () => {
    sentinel.off("topology-change", listener);
  };
}

function hookLife(
  sentinel: NodeRedisSentinel,
  host: FleetHost,
  link: SentinelLink,
  clients: LeasedClients,
): (() => void)[] {
  const { close, destroy, duplicate } = sentinel;
  const end = (raw: () => Promise<void>) => async () => {
    if (!link.open) return raw.call(sentinel);
    link.stop();
    // A server that never answers would keep it waiting, and so would a sentinel.
    await settledWithin(raw.call(sentinel), host);
    destroy.call(sentinel).catch(() => {});
    clients.leaveAll();
  };
  return [
    hook(sentinel, "connect", async function (this: NodeRedisSentinel) {
      // As the client itself does.
      if (link.open) throw new Error("already attempting to open");
      await settledWithin(link.start(), host);
      return this;
    }),
    hook(sentinel, "close", end(close)),
    hook(sentinel, "destroy", end(destroy)),
    duplicate === undefined
      ? () => {}
      : hook(sentinel, "duplicate", function (this: NodeRedisSentinel, overrides?: object) {
          const copy = duplicate.call(this, overrides);
          host.adopt(copy);
          return copy;
        }),
  ];
}

function onDown(host: AdapterHost, heard: () => void): AdapterHost {
  return {
    ...host,
    down: (cause) => {
      queueMicrotask(heard);
      return host.down(cause);
    },
  };
}
