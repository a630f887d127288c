import { addressText, endpointText } from "./address.ts";
import { RedisStream } from "./redis-stream.ts";
import { Server } from "./server.ts";
import { type Segment, tcpFlags } from "./wire/segment.ts";

/** The most servers that are told apart; whatever comes after them counts as one. */
const maxServers = 4096;
const maxLearned = 256;

/** Who serves whom, and on which ports Redis is. */
export class Servers {
  readonly #byLabel = new Map<string, Server>();
  readonly #ports: Set<number>;

  constructor(ports: readonly number[]) {
    this.#ports = new Set(ports);
  }

  all(): readonly Server[] {
    return [...this.#byLabel.values()];
  }

  isRedisPort(port: number): boolean {
    return this.#ports.has(port);
  }

  /** Streams to this port are Redis from now on. */
  learn(port: number): void {
    if (this.#ports.size < maxLearned) this.#ports.add(port);
  }

  /** A stream by its first segment: its client sends the SYN, or is the side without Redis's port. */
  open(segment: Segment): RedisStream {
    const stream = new RedisStream(segment);
    const { syn, ack } = tcpFlags;
    const kind = segment.flags & (syn | ack);
    if (kind === syn) stream.clientIsHere = true;
    else if (kind === (syn | ack)) stream.clientIsHere = false;
    else if (this.isRedisPort(segment.targetPort)) stream.clientIsHere = true;
    else if (this.isRedisPort(segment.sourcePort)) stream.clientIsHere = false;
    else stream.clientIsHere = segment.sourcePort >= segment.targetPort;
    this.#assign(stream);
    stream.server.streams++;
    if (stream.server.isRedis) stream.role = "redis";
    return stream;
  }

  /** What was taken for the client is the server. */
  turn(stream: RedisStream): void {
    stream.server.streams--;
    stream.clientIsHere = !stream.clientIsHere;
    this.#assign(stream);
    stream.server.streams++;
  }

  #assign(stream: RedisStream): void {
    const here = addressText(stream.isIpv6, stream.here0, stream.here1, stream.here2, stream.here3);
    const there = addressText(
      stream.isIpv6,
      stream.there0,
      stream.there1,
      stream.there2,
      stream.there3,
    );
    const port = stream.clientIsHere ? stream.therePort : stream.herePort;
    stream.server = this.#server(
      endpointText(stream.isIpv6, stream.clientIsHere ? there : here, port),
      port,
    );
    stream.client = stream.server.client(stream.clientIsHere ? here : there);
  }

  #server(label: string, port: number): Server {
    const known = this.#byLabel.get(label);
    if (known !== undefined) {
      known.isRedis ||= this.#ports.has(port);
      return known;
    }
    const isFull = this.#byLabel.size >= maxServers;
    const server = new Server(isFull ? "other servers" : label, port, this.#ports.has(port));
    if (!isFull) this.#byLabel.set(label, server);
    return server;
  }
}
