import type { ClusterNode, ClusterSlots, Shard } from "./members.ts";

/** Slots of every Redis Cluster. */
const slotCount = 16_384;

/** One line of `CLUSTER SLOTS`: the slots from and to, and the nodes that serve them, primary first. */
export interface SlotRange {
  readonly from: number;
  readonly to: number;
  readonly nodes: readonly NodeAddress[];
}

export interface NodeAddress {
  readonly host: string;
  readonly port: number;
  readonly id: string;
}

/** @param asked - The host of the node that answered: one that does not know its own name leaves it out. */
export function parseSlots(reply: unknown, asked: string): SlotRange[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((line: unknown) => {
    if (!Array.isArray(line)) return [];
    const [from, to, ...nodes] = line as unknown[];
    const addresses = nodes.flatMap((node) => {
      if (!Array.isArray(node)) return [];
      const [host, port, id] = node as unknown[];
      const name = host === null || String(host) === "" ? asked : String(host);
      return [{ host: name, port: Number(port), id: String(id) }];
    });
    return addresses.length === 0 ? [] : [{ from: Number(from), to: Number(to), nodes: addresses }];
  });
}

/**
 * Puts a new map in place of the client's own, as the client does it: nodes that stay keep their clients.
 *
 * @returns The nodes that are in it no more. They are still in `nodeByAddress`.
 */
export function applySlots(
  slots: ClusterSlots,
  ranges: readonly SlotRange[],
  useReplicas: boolean,
): ClusterNode[] {
  const inUse = new Set<ClusterNode>();
  const shards = new Array<Shard>(slotCount);
  const [masters, replicas] = [[] as ClusterNode[], [] as ClusterNode[]];
  const nodeFor = (found: NodeAddress, readonly: boolean): ClusterNode => {
    const address = `${found.host}:${found.port}`;
    let node = slots.nodeByAddress.get(address);
    if (node === undefined) {
      node = newNode(found, address, readonly);
      slots.nodeByAddress.set(address, node);
    }
    if (!inUse.has(node)) {
      inUse.add(node);
      (readonly ? replicas : masters).push(node);
    }
    return node;
  };
  for (const { from, to, nodes } of ranges) {
    const [first, ...others] = nodes;
    if (first === undefined) continue;
    const master = nodeFor(first, false);
    const shard: Shard = useReplicas
      ? { master, replicas: others.map((other) => nodeFor(other, true)) }
      : { master };
    for (let slot = from; slot <= to; slot++) shards[slot] = shard;
  }
  slots.slots = shards;
  slots.masters = masters;
  slots.replicas = replicas;
  slots._randomNodeIterator = undefined;
  return [...slots.nodeByAddress.values()].filter((node) => !inUse.has(node));
}

function newNode({ host, port, id }: NodeAddress, address: string, readonly: boolean): ClusterNode {
  const node = { host, port, id, address, readonly, client: undefined, connectPromise: undefined };
  return node;
}
