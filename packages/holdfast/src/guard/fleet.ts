import type { Adapter, AdapterHost, Call, FleetHost, Link, Member } from "../clients/index.ts";
import type { Clock } from "../core/index.ts";
import { EntryGuard } from "./entry-guard.ts";
import { NodeGuard } from "./node-guard.ts";
import type { NodeView } from "./node-view.ts";
import type { NodeObserver } from "./observer.ts";
import type { GuardSettings } from "./options.ts";

/** What events call a connection that is subscribed and that may be to any node. */
const subscriberNode = "subscriber";

/**
 * The guards of a client with several connections: one for the client as a whole, which every command
 * passes first, and one for each node, so that a node that is dead costs only its own commands.
 */
export class Fleet implements FleetHost {
  readonly clock: Clock;
  readonly connectMs: number;
  readonly entry: EntryGuard;
  readonly subscriber: FleetHost["subscriber"];
  readonly #settings: GuardSettings;
  readonly #observer: NodeObserver;
  readonly #adopt: (duplicate: object) => void;
  readonly #nodes: Set<NodeGuard> = new Set();
  readonly #subscribers: Set<NodeGuard> = new Set();

  /** @param adopt - Guards a client that the application made from this one. */
  constructor(settings: GuardSettings, observer: NodeObserver, adopt: (duplicate: object) => void) {
    const { clock, deadlineMs } = settings.policy;
    this.clock = clock;
    this.connectMs = deadlineMs;
    this.#settings = settings;
    this.#observer = observer;
    this.#adopt = adopt;
    this.entry = new EntryGuard(settings, observer);
    this.subscriber = {
      up: () => observer.connected(subscriberNode),
      down: (cause) => observer.disconnected(subscriberNode, cause),
    };
  }

  /** Called once, right after the adapter has hooked the client. */
  attach(link: Link): void {
    this.entry.attach(link);
  }

  /** The nodes that were ever connected to, or tried. */
  get nodes(): readonly NodeView[] {
    return [...this.#nodes].filter((node) => node.begun);
  }

  join<A extends Adapter>(hookNode: (host: AdapterHost) => A, role?: "subscriber"): Member<A> {
    const observer = role === undefined ? this.#observer : asSubscriber(this.#observer);
    const node = new NodeGuard(this.#settings, observer, this.#adopt);
    const adapter = hookNode(node);
    (role === undefined ? this.#nodes : this.#subscribers).add(node);
    node.attach(adapter.link);
    return {
      adapter,
      host: node,
      get usable() {
        return node.usable;
      },
      leave: () => {
        if (this.#nodes.delete(node) || this.#subscribers.delete(node)) node.dispose();
      },
    };
  }

  submit(call: Call): void {
    this.entry.submit(call);
  }

  enter(call: Call): void {
    this.entry.enter(call);
  }

  failed(call: Call, error: unknown): void {
    this.entry.failed(call, error);
  }

  connecting(): void {
    this.entry.connecting();
  }

  up(): void {
    this.entry.up();
  }

  down(cause: Error): number {
    return this.entry.down(cause);
  }

  closed(): void {
    this.entry.closed();
  }

  trip(cause: Error): void {
    this.entry.trip(cause);
  }

  adopt(duplicate: object): void {
    this.#adopt(duplicate);
  }

  dispose(): void {
    for (const node of [...this.#nodes, ...this.#subscribers]) node.dispose();
    this.entry.dispose();
  }
}

/** A node is connected twice when somebody subscribes there, and events must tell the two apart. */
function asSubscriber(observer: NodeObserver): NodeObserver {
  const name = (node: string) => `${subscriberNode} ${node}`;
  return {
    sent: ({ address }, call) => observer.sent({ address: name(address) }, call),
    retrying: (node, call, error, waitMs) => observer.retrying(name(node), call, error, waitMs),
    failure: (node, error) => observer.failure(name(node), error),
    rejected: (node, call, error) => observer.rejected(name(node), call, error),
    changed: (node, from, to, cause) => observer.changed(name(node), from, to, cause),
    connected: (node) => observer.connected(name(node)),
    disconnected: (node, cause) => observer.disconnected(name(node), cause),
    recycled: (node, cause) => observer.recycled(name(node), cause),
  };
}
