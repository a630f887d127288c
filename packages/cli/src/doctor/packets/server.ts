import { ClientActivity } from "./signs/client-activity.ts";
import { type Place, SignalCollector } from "./signs/collector.ts";

/** The most clients of a server that are told apart. */
const maxClients = 1024;
const maxStalls = 1000;

/** A time in which a server answered nobody although a request was there. */
export interface Stall {
  readonly startTime: number;
  readonly endTime: number;
  readonly place: Place;
  /** The command that waited, or that was answered first. */
  readonly command: number;
  readonly wasAnswered: boolean;
}

/** An attempt to connect that nothing answered. */
export interface UnansweredConnect {
  readonly time: number;
  readonly lastTime: number;
  readonly repeats: number;
  readonly place: Place;
}

/** One end that is connected to: an address and a port, and what was seen of it. */
export class Server {
  readonly label: string;
  readonly port: number;
  /** Whether a stream to it spoke Redis, or its port was named. */
  isRedis: boolean;
  readonly signals: SignalCollector = new SignalCollector();
  packets = 0;
  dataSegments = 0;
  streams = 0;
  /** Streams of which a segment of the server was seen. */
  answeringStreams = 0;

  connects = 0;
  refused = 0;
  unanswered = 0;
  /** Up to {@link maxStalls} of them, for what they have in common. */
  readonly unansweredConnects: UnansweredConnect[] = [];
  lastAnsweredSynTime = -1;
  /** When a SYN was answered after it had to be repeated. */
  lateAnswers = 0;

  /** When it last sent anything of its own accord: a reply or a message. */
  lastReplyTime = -1;
  readonly stalls: Stall[] = [];
  slowReads = 0;
  slowWrites = 0;
  firstSlowWriteTime = -1;
  lastSlowWriteTime = -1;
  fastReadsWhileSlow = 0;
  slowWritePlace: Place | undefined;

  /** Streams on which it said something, and those that it closed at the first request instead. */
  spokenStreams = 0;
  silentCloses = 0;
  silentClose: Place | undefined;

  /** When it last ended a connection that was established. */
  lastCloseTime = -1;
  closes = 0;
  lossRuns = 0;

  shortStreams = 0;
  firstShort: Place | undefined;
  /** When short streams ended, the last of them: to see many within a second. */
  readonly recentShort: number[] = [];

  readonly #clients = new Map<string, ClientActivity>();

  constructor(label: string, port: number, isRedis: boolean) {
    this.label = label;
    this.port = port;
    this.isRedis = isRedis;
  }

  client(address: string): ClientActivity {
    const known = this.#clients.get(address);
    if (known !== undefined) return known;
    const client = new ClientActivity(address, this);
    if (this.#clients.size < maxClients) this.#clients.set(address, client);
    return client;
  }

  clients(): readonly ClientActivity[] {
    return [...this.#clients.values()];
  }

  addStall(stall: Stall): void {
    if (this.stalls.length < maxStalls) this.stalls.push(stall);
  }

  addUnanswered(connect: UnansweredConnect): void {
    this.unanswered++;
    if (this.unansweredConnects.length < maxStalls) this.unansweredConnects.push(connect);
  }
}
