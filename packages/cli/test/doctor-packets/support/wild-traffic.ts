import { seededRandom } from "@holdfast/testbed";
import type { Endpoint, Packet } from "./capture-writer.ts";
import { flags, request } from "./dialogue.ts";

/** Steps of every connection of the wild captures that tests share. */
export const wildSteps: number = 60;

interface Side {
  readonly endpoint: Endpoint;
  next: number;
  window: number;
  readonly sent: { sequence: number; payload: Uint8Array; bits: number }[];
}

/**
 * TCP as bad as it gets, from a seed: loss, repetition, reordering, closed windows, probes,
 * keep-alives, ports used again, streams that begin and end in the middle. The numbers make sense
 * often enough that every rule of the analysis has something to say.
 */
export function wildTraffic(seed: number, steps: number): Packet[] {
  const random = seededRandom(seed);
  const chance = (share: number): boolean => random() < share;
  const upTo = (max: number): number => Math.floor(random() * max);
  const pick = <T>(values: readonly T[]): T => values[upTo(values.length)] as T;
  const packets: Packet[] = [];
  let nowUs = 0;

  for (let connection = 0; connection < 6; connection++) {
    nowUs = upTo(2_000_000);
    const isIpv6 = chance(0.2);
    const client = side(isIpv6 ? "2001:db8:0:0:0:0:0:1" : "10.0.0.1", 40000 + upTo(4));
    const server = side(isIpv6 ? "2001:db8:0:0:0:0:0:2" : "10.0.0.2", 6379);
    if (chance(0.8)) handshake(client, server);
    for (let step = 0; step < steps; step++) act(client, server);
    if (chance(0.5)) put(client, server, flags.fin | flags.ack, new Uint8Array(0));
    if (chance(0.5)) put(server, client, flags.fin | flags.ack, new Uint8Array(0));
  }
  return packets.sort(
    (a, b) => a.seconds - b.seconds || a.nanoseconds - b.nanoseconds || a.sequence - b.sequence,
  );

  function side(address: string, port: number): Side {
    // Near the end of the numbers now and then, so that they wrap.
    const next = chance(0.3) ? 0xffffffff - upTo(3000) : 1 + upTo(0xfffffff0);
    return { endpoint: { address, port }, next, window: pick([500, 64, 1024]), sent: [] };
  }

  function handshake(client: Side, server: Side): void {
    const scale = chance(0.7) ? Uint8Array.from([3, 3, pick([0, 7, 14, 15]), 1]) : undefined;
    const syn = (): void => put(client, server, flags.syn, new Uint8Array(0), 0, scale);
    syn();
    if (chance(0.2)) {
      nowUs += 1_000_000;
      syn();
    }
    client.next++;
    nowUs += pick([30, 200, 5000]);
    put(server, client, flags.syn | flags.ack, new Uint8Array(0), client.next, scale);
    server.next++;
    nowUs += pick([30, 200, 5000]);
    put(client, server, flags.ack, new Uint8Array(0), server.next);
  }

  function act(client: Side, server: Side): void {
    nowUs += pick([1, 20, 150, 900, 2500, 15_000, 210_000]);
    const [own, other] = chance(0.5) ? [client, server] : [server, client];
    const choice = random();
    if (choice < 0.45) send(own, other);
    else if (choice < 0.65) put(own, other, flags.ack, new Uint8Array(0), other.next);
    else if (choice < 0.78) again(own, other);
    else if (choice < 0.83) duplicates(own, other);
    else if (choice < 0.86)
      put(
        own,
        other,
        flags.ack,
        chance(0.5) ? new Uint8Array(0) : new Uint8Array(1),
        other.next,
        undefined,
        own.next - 1,
      );
    else if (choice < 0.9) window(own, other);
    else if (choice < 0.93)
      put(own, other, flags.psh | flags.ack, new Uint8Array(1), other.next, undefined, own.next);
    else if (choice < 0.96) own.next += pick([1, 100, 1448]);
    else if (choice < 0.97) put(own, other, flags.rst | flags.ack, new Uint8Array(0), other.next);
    else if (choice < 0.98)
      put(own, other, flags.ack, new Uint8Array(0), other.next + pick([1, 700, 5000]));
    else if (choice < 0.99)
      put(
        client,
        server,
        flags.syn,
        new Uint8Array(0),
        0,
        undefined,
        pick([client.next, client.next - 1, 77]),
      );
    else fills(own, other);
  }

  function send(own: Side, other: Side): void {
    const count = pick([1, 1, 1, 4]);
    for (let index = 0; index < count; index++) {
      const payload = chance(0.5)
        ? request("SET", "k", "v".repeat(upTo(1400)))
        : new Uint8Array(1 + upTo(1400));
      const bits = flags.psh | flags.ack | (chance(0.01) ? flags.fin : 0);
      own.sent.push({ sequence: own.next, payload, bits });
      if (own.sent.length > 8) own.sent.shift();
      // Lost before it was captured.
      if (chance(0.9)) put(own, other, bits, payload, other.next, undefined, own.next, chance(0.1));
      own.next += payload.length + ((bits & flags.fin) !== 0 ? 1 : 0);
      nowUs += upTo(40);
    }
  }

  function again(own: Side, other: Side): void {
    const { sequence, payload, bits } =
      own.sent.length === 0
        ? { sequence: own.next, payload: new Uint8Array(9), bits: flags.ack }
        : pick(own.sent);
    put(
      own,
      other,
      bits,
      chance(0.8) ? payload : payload.subarray(0, upTo(payload.length)),
      other.next,
      undefined,
      sequence,
    );
  }

  function duplicates(own: Side, other: Side): void {
    const lost = other.sent.length === 0 ? undefined : pick(other.sent);
    const acknowledgement = lost?.sequence ?? other.next;
    for (let index = 0; index < 1 + upTo(4); index++) {
      put(own, other, flags.ack, new Uint8Array(0), acknowledgement, undefined, own.next);
      nowUs += upTo(200);
    }
    nowUs += pick([100, 19_000, 30_000]);
    if (lost !== undefined) {
      put(other, own, lost.bits, lost.payload, own.next, undefined, lost.sequence);
    }
  }

  function window(own: Side, other: Side): void {
    own.window = pick([0, 0, 1, 64, 500]);
    put(own, other, flags.ack, new Uint8Array(0), other.next);
    if (own.window === 0 && chance(0.7)) {
      nowUs += 200_000;
      put(other, own, flags.ack, new Uint8Array(1), own.next, undefined, other.next);
      nowUs += 20;
      put(own, other, flags.ack, new Uint8Array(0), other.next);
    }
  }

  function fills(own: Side, other: Side): void {
    put(other, own, flags.ack, new Uint8Array(0), own.next, undefined, other.next);
    put(own, other, flags.ack, new Uint8Array(Math.min(1400, other.window)), other.next);
  }

  function put(
    own: Side,
    other: Side,
    bits: number,
    payload: Uint8Array,
    acknowledgement: number = other.next,
    options?: Uint8Array,
    sequence: number = own.next,
    late = false,
  ): void {
    const us = nowUs + (late ? pick([50, 1000, 2900, 3100]) : 0);
    packets.push({
      seconds: 1_790_000_000 + Math.floor(us / 1e6),
      nanoseconds: (us % 1e6) * 1000,
      source: own.endpoint,
      target: other.endpoint,
      sequence: sequence >>> 0,
      acknowledgement: (bits & flags.ack) === 0 ? 0 : acknowledgement >>> 0,
      flags: bits,
      window: own.window,
      payload,
      ...(options === undefined ? {} : { options }),
    });
  }
}
