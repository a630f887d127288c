import type { Scene } from "../scene.ts";
import type { Server } from "../server.ts";
import { milliseconds } from "../text.ts";
import type { Place } from "./collector.ts";

/** A client that was busy and then silent for this long, with nothing to wait for, stood still. */
const stallNs = 300_000_000;
/** And this many times its usual pause. */
const stallFactor = 20;
/** What came in this time after a pause is what had piled up in it. */
const afterNs = 50_000_000;
/** A client that has sent fewer requests has no usual pause. */
const usualAfter = 50;
const burstMin = 5;
const burstFactor = 3;

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
  #pauses = 0;
  #pauseSum = 0;
  /** A pause that ended a moment ago and is being judged. */
  #resumed: { at: number; pause: number; place: Place } | undefined;
  #requestsSince = 0;
  #closesSince = 0;

  constructor(address: string, server: Server) {
    this.address = address;
    this.server = server;
  }

  requested(time: number, scene: Scene): void {
    this.#acted(time, scene);
    this.requests++;
    this.outstanding++;
    if (this.#resumed !== undefined) this.#requestsSince++;
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

  ended(): void {
    this.#judge();
  }

  #acted(time: number, scene: Scene): void {
    if (this.#resumed !== undefined && time > this.#resumed.at + afterNs) this.#judge();
    const pause = this.#lastTime < 0 || this.outstanding > 0 ? 0 : time - this.#lastTime;
    this.#lastTime = time;
    if (pause > stallNs && this.requests >= usualAfter && pause > stallFactor * this.#usual()) {
      this.#resumed = { at: time, pause, place: scene.here() };
      this.#requestsSince = 0;
      this.#closesSince = 0;
    } else {
      this.#pauses++;
      this.#pauseSum += pause;
    }
  }

  #usual(): number {
    return this.#pauses === 0 ? 0 : this.#pauseSum / this.#pauses;
  }

  #judge(): void {
    const resumed = this.#resumed;
    this.#resumed = undefined;
    if (resumed === undefined) return;
    const { pause, place } = resumed;
    const usualRequests = afterNs / Math.max(1, this.#usual() + 1);
    const isBurst =
      this.#requestsSince >= burstMin &&
      this.#requestsSince >= burstFactor * Math.min(usualRequests, burstMin);
    const { signals } = this.server;
    if (isBurst || this.#closesSince > 0) {
      const after = `${this.#requestsSince} requests and ${this.#closesSince} closes at once`;
      signals.raise(
        "packets.client-stall",
        place,
        () =>
          `${this.address} sent nothing on its connections for ${milliseconds(pause)} with every request answered, then ${after}`,
      );
    }
    if (this.#closesSince > 0) {
      signals.raise(
        "packets.client-slow",
        place,
        () =>
          `${this.address} closed connections ${milliseconds(pause)} after its replies had arrived`,
      );
    }
  }
}
