import type { Scene } from "../scene.ts";
import type { Server } from "../server.ts";
import { milliseconds } from "../text.ts";
import type { Place } from "./collector.ts";

/** A client that was busy and then silent for this long, with nothing to wait for, stood still. */
const stallNs = 300_000_000;
/** And this many times its usual pause. */
const stallFactor = 20;
/** The requests of this time after a pause are those that had piled up in it. */
const burstNs = 50_000_000;
/** In this time a client that closed its connections opens others. */
const afterNs = 250_000_000;
/** A client that has sent fewer requests has no usual pause. */
const usualAfter = 50;
const burstMin = 5;
const burstFactor = 2;

/**
 * What one client does on all its connections to a server. A process whose event loop or thread
 * stands still sends nothing although everything was answered; then all that piled up comes at once,
 * or its own time-outs fire and it closes connections whose replies had long arrived.
 */
export class ClientActivity {
  readonly address: string;
  readonly server: Server;
  requests = 0;
  /** Requests that wait for their reply, on all connections. */
  outstanding = 0;
  streams = 0;
  /** Streams that lived for a second or more, and those of them that were busy without a pause. */
  longStreams = 0;
  busyStreams = 0;
  busyPlace: Place | undefined;
  #lastTime = -1;
  /** Between its actions, without those pauses in which it stood still. */
  #intervals = 0;
  #intervalSum = 0;
  /** A pause that ended a moment ago and is being judged. */
  #resumed: { at: number; pause: number; place: Place } | undefined;
  #requestsSince = 0;
  #closesSince = 0;
  #connectsSince = 0;

  constructor(address: string, server: Server) {
    this.address = address;
    this.server = server;
  }

  requested(time: number, scene: Scene): void {
    this.#acted(time, scene);
    this.requests++;
    this.outstanding++;
    if (this.#resumed !== undefined && time <= this.#resumed.at + burstNs) this.#requestsSince++;
  }

  replied(time: number): void {
    if (this.outstanding > 0) this.outstanding--;
    if (time > this.#lastTime) this.#lastTime = time;
  }

  /** Its requests were given up: nothing is known of their replies. */
  forgot(count: number): void {
    this.outstanding = Math.max(0, this.outstanding - count);
  }

  /** It closed a connection on which it had nothing to wait for. */
  closed(time: number, scene: Scene): void {
    this.#acted(time, scene);
    if (this.#resumed !== undefined) this.#closesSince++;
  }

  connected(time: number, scene: Scene): void {
    this.#acted(time, scene);
    if (this.#resumed !== undefined) this.#connectsSince++;
  }

  ended(): void {
    this.#judge();
  }

  #acted(time: number, scene: Scene): void {
    if (this.#resumed !== undefined && time > this.#resumed.at + afterNs) this.#judge();
    const since = this.#lastTime < 0 ? 0 : time - this.#lastTime;
    const pause = this.outstanding > 0 ? 0 : since;
    this.#lastTime = time;
    if (pause > stallNs && this.requests >= usualAfter && pause > stallFactor * this.#usual()) {
      this.#resumed = { at: time, pause, place: scene.here() };
      this.#requestsSince = 0;
      this.#closesSince = 0;
      this.#connectsSince = 0;
    } else {
      this.#intervals++;
      this.#intervalSum += Math.max(0, since);
    }
  }

  #usual(): number {
    return this.#intervals === 0 ? 0 : this.#intervalSum / this.#intervals;
  }

  #judge(): void {
    const resumed = this.#resumed;
    this.#resumed = undefined;
    if (resumed === undefined) return;
    const { pause, place } = resumed;
    const usualRequests = burstNs / Math.max(1, this.#usual());
    const isBurst = this.#requestsSince >= Math.max(burstMin, burstFactor * usualRequests);
    // Who closes everything and says no more has ended.
    const isGivingUp = this.#closesSince > 0 && this.#requestsSince + this.#connectsSince > 0;
    const { signals } = this.server;
    if (isBurst || isGivingUp) {
      const after = `${this.#requestsSince} requests and ${this.#closesSince} closes at once`;
      signals.raise(
        "packets.client-stall",
        place,
        () =>
          `${this.address} sent nothing on its connections for ${milliseconds(pause)} with every request answered, then ${after}`,
      );
    }
    if (isGivingUp) {
      signals.raise(
        "packets.client-slow",
        place,
        () =>
          `${this.address} closed connections ${milliseconds(pause)} after its replies had arrived`,
      );
    }
  }
}
