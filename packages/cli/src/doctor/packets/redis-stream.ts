import type { Conversation } from "./resp/conversation.ts";
import type { Server } from "./server.ts";
import type { ClientActivity } from "./signs/client-activity.ts";
import { LossRun } from "./signs/loss-run.ts";
import { Stream } from "./tcp/stream.ts";

/** A stream with what the signatures need to know of it. */
export class RedisStream extends Stream {
  /** "candidate" until a request shows that it is Redis, or enough else that it is not. */
  role: "redis" | "candidate" | "other" = "candidate";
  clientIsHere = true;
  server!: Server;
  client!: ClientActivity;
  conversation: Conversation | undefined;
  /** Data segments that were looked at while it was a candidate. */
  looked = 0;
  isOver = false;

  synFrame = 0;
  synRepeats = 0;
  firstSynTime = -1;
  lastSynTime = -1;
  synAckTime = -1;
  wasRefused = false;
  isEstablished = false;

  lastClientTime = -1;
  lastServerTime = -1;
  lastDataTime = -1;
  /** How long the stream had been without data when the client sent the latest. */
  idleBeforeRequest = 0;
  lastRequestTime = -1;
  clientFinTime = -1;
  serverFinTime = -1;
  clientZeroWindowTime = -1;
  hasQuit = false;
  lastErrorEndsConnection = false;

  /** When the server last sent a segment again. */
  lastServerLossTime = -1;
  readonly clientLoss: LossRun = new LossRun();
  readonly serverLoss: LossRun = new LossRun();

  /** Since when requests wait, and how long they did so far. */
  busySince = -1;
  busyNs = 0;

  isTls = false;
  tlsAnswered = false;
  tlsHelloFrame = 0;
  tlsHelloTime = -1;
  serverHasSpoken = false;
}
