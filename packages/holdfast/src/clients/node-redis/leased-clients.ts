import type { AdapterHost } from "../adapter.ts";
import type { FleetHost, Member } from "../fleet.ts";
import { nestedHost } from "./entry-call.ts";
import type { NodeRedisAdapter } from "./hooks.ts";
import { hookNodeRedis } from "./hooks.ts";
import type { NodeRedisClient } from "./members.ts";

export type LeasedMember = Member<NodeRedisAdapter>;

/** The clients that a pool or sentinel hands out: each is hooked when it is seen for the first time. */
export class LeasedClients {
  readonly #host: FleetHost;
  readonly #wrap: (host: AdapterHost) => AdapterHost;
  readonly #members: Map<NodeRedisClient, LeasedMember> = new Map();

  /** @param wrap - What else is to be heard of a connection. */
  constructor(host: FleetHost, wrap: (host: AdapterHost) => AdapterHost = (own) => own) {
    this.#host = host;
    this.#wrap = wrap;
  }

  /** Guards the client, and brings it back when one was handed out that has ended. */
  join(client: NodeRedisClient): LeasedMember {
    let member = this.#members.get(client);
    if (member === undefined) {
      member = this.#host.join((host) => hookNodeRedis(client, this.#wrap(nestedHost(host))));
      this.#members.set(client, member);
      client.on("end", () => {
        if (member?.adapter.link.open === false) this.#leave(client);
      });
    }
    const { link } = member.adapter;
    if (!link.open) link.start().catch(() => {});
    return member;
  }

  has(client: NodeRedisClient): boolean {
    return this.#members.has(client);
  }

  leaveAll(): void {
    for (const client of [...this.#members.keys()]) this.#leave(client);
  }

  releaseAll(): void {
    for (const member of this.#members.values()) member.adapter.release();
    this.#members.clear();
  }

  #leave(client: NodeRedisClient): void {
    this.#members.get(client)?.leave();
    this.#members.delete(client);
  }
}
