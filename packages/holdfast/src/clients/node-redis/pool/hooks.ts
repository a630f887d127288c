import type { Adapter } from "../../adapter.ts";
import type { FleetHost } from "../../fleet.ts";
import { hook } from "../../hook.ts";
import { EntryCall } from "../entry-call.ts";
import { hookOptions, settledWithin } from "../hooks.ts";
import { LeasedClients } from "../leased-clients.ts";
import { PoolLink } from "./link.ts";
import type { NodeRedisPool, PoolTask } from "./members.ts";
import { nodeRedisPoolTarget } from "./members.ts";

/** Part of `connectMs` that an attempt to make the first connections has. */
const attemptPart = 0.5;

/**
 * Hooks a node-redis pool. The pool goes on handing out its clients; each is hooked when it is handed out
 * for the first time, at the latest, and has a guard of its own from then on.
 *
 * @throws HoldfastError `HOLDFAST_CLIENT` before anything is changed.
 */
export function hookNodeRedisPool(client: object, host: FleetHost): Adapter {
  const pool = nodeRedisPoolTarget(client);
  const link = new PoolLink(pool, host, host.clock, host.connectMs * attemptPart);
  const clients = new LeasedClients(host);
  const { execute } = pool;
  const openBefore = pool.isOpen;
  const joinIdle = () => {
    for (let left = pool.idleClients; left > 0; left--) {
      execute.call(pool, async (one) => void clients.join(one)).catch(() => {});
    }
  };
  const restore = [
    hookOptions(pool),
    hookExecute(pool, host, clients),
    ...hookLife(pool, host, link, clients, joinIdle),
  ];
  // Those that wait to be used, before one of them loses its connection unseen.
  if (openBefore) joinIdle();
  return {
    link,
    release: () => {
      for (const undo of restore) undo();
      clients.releaseAll();
      link.release();
    },
  };
}

function hookExecute(pool: NodeRedisPool, host: FleetHost, clients: LeasedClients): () => void {
  const { execute } = pool;
  return hook(pool, "execute", function (this: NodeRedisPool, task: PoolTask) {
    return new Promise((resolve, reject) => {
      const run = (call: EntryCall) =>
        execute.call(pool, async (client) => {
          // It waited for a client for longer than its caller did.
          if (call.settled) return undefined;
          clients.join(client);
          return call.carry(async () => task(client));
        });
      // What a task has done before it fails is not known here, so it is never begun twice.
      const details = { name: "EXECUTE", args: undefined, size: 1, run, isOpen: () => false };
      host.submit(new EntryCall(host, details, resolve, reject));
    });
  } satisfies NodeRedisPool["execute"]);
}

function hookLife(
  pool: NodeRedisPool,
  host: FleetHost,
  link: PoolLink,
  clients: LeasedClients,
  joinIdle: () => void,
): (() => void)[] {
  const { close, destroy } = pool;
  return [
    hook(pool, "connect", async function (this: NodeRedisPool) {
      if (link.open) return undefined;
      await settledWithin(link.start(), host);
      if (link.ready) joinIdle();
      return this;
    }),
    hook(pool, "destroy", () => {
      if (!link.open || link.stop()) destroy.call(pool);
      clients.leaveAll();
    }),
    hook(pool, "close", async () => {
      if (!link.open) return close.call(pool);
      if (link.stop()) {
        // A server that never answers would keep it waiting.
        const closed = close.call(pool);
        await settledWithin(closed, host);
        destroy.call(pool);
        await closed.catch(() => {});
      }
      clients.leaveAll();
    }),
  ];
}
