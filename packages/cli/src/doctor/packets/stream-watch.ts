import type { RedisStream } from "./redis-stream.ts";
import { Conversation, looksLikeRequest } from "./resp/conversation.ts";
import type { Scene } from "./scene.ts";
import type { Servers } from "./servers.ts";
import { watchClosing } from "./signs/closing.ts";
import { watchConnecting } from "./signs/connecting.ts";
import { watchLoss } from "./signs/loss.ts";
import { ReplyWatch } from "./signs/replying.ts";
import { isClientHello, watchPlain, watchTls } from "./signs/tls.ts";
import { tcpFlags } from "./wire/segment.ts";

/** Data segments after which a stream without a request is taken for another protocol. */
const maxLooks = 32;

/** Shows one segment of a stream to everything that looks for signs. */
export function watchSegment(
  scene: Scene,
  servers: Servers,
  stream: RedisStream,
  isFromHere: boolean,
  found: number,
): void {
  const { segment } = scene;
  if (stream.role === "candidate" && segment.payloadLength > 0) {
    lookForRedis(scene, servers, stream, isFromHere);
  }
  const isFromClient = isFromHere === stream.clientIsHere;
  const { server } = stream;
  server.packets++;
  if (segment.payloadLength > 0) server.dataSegments++;

  watchConnecting(scene, stream, isFromClient);
  const previousTime = isFromClient ? stream.lastClientTime : stream.lastServerTime;
  if (stream.role === "redis") talk(scene, stream, isFromClient);
  watchLoss(scene, stream, isFromClient, found, previousTime);
  watchClosing(scene, stream, isFromClient);
  remember(scene, stream, isFromClient);
}

function talk(scene: Scene, stream: RedisStream, isFromClient: boolean): void {
  const { segment } = scene;
  if (stream.isTls) {
    watchTls(scene, stream, isFromClient);
    return;
  }
  const { bytes, payloadStart, payloadEnd } = segment;
  if (isFromClient && !stream.serverHasSpoken && isClientHello(bytes, payloadStart, payloadEnd)) {
    stream.isTls = true;
    stream.tlsHelloFrame = segment.frame;
    stream.tlsHelloTime = segment.time;
    stream.conversation?.close();
    stream.conversation = undefined;
    scene.totals.tlsStreams++;
    return;
  }
  if (!isFromClient) watchPlain(scene, stream);
  converse(scene, stream, isFromClient);
}

function converse(scene: Scene, stream: RedisStream, isFromClient: boolean): void {
  const { segment } = scene;
  const isSyn = (segment.flags & tcpFlags.syn) !== 0;
  if (!isSyn && segment.payloadLength === 0 && stream.conversation === undefined) return;
  stream.conversation ??= new Conversation(new ReplyWatch(scene, stream), scene.budget);
  const { conversation } = stream;
  if (isSyn) {
    const begin = (segment.sequence + 1) | 0;
    if (isFromClient) conversation.clientBegins(begin);
    else conversation.serverBegins(begin);
    return;
  }
  if (isFromClient && segment.payloadLength > 0) {
    const since = Math.max(stream.lastDataTime, stream.synAckTime);
    stream.idleBeforeRequest = since < 0 ? 0 : segment.time - since;
    stream.lastRequestTime = segment.time;
  }
  if (isFromClient) conversation.fromClient(segment);
  else conversation.fromServer(segment);
}

function remember({ segment }: Scene, stream: RedisStream, isFromClient: boolean): void {
  if (isFromClient) stream.lastClientTime = segment.time;
  else {
    if (stream.lastServerTime < 0) stream.server.answeringStreams++;
    stream.lastServerTime = segment.time;
  }
  if (segment.payloadLength > 0) stream.lastDataTime = segment.time;
}

/** A stream to a port that nobody named: it is Redis when a request is seen in it. */
function lookForRedis(
  scene: Scene,
  servers: Servers,
  stream: RedisStream,
  isFromHere: boolean,
): void {
  if (!looksLikeRequest(scene.segment) || replies(scene, servers, stream, isFromHere)) {
    if (++stream.looked >= maxLooks) stream.role = "other";
    return;
  }
  if (isFromHere !== stream.clientIsHere) servers.turn(stream);
  stream.role = "redis";
  stream.server.isRedis = true;
  servers.learn(stream.server.port);
}

/** An array from a server of which the other streams know that it is one looks like a request. */
function replies(
  scene: Scene,
  servers: Servers,
  stream: RedisStream,
  isFromHere: boolean,
): boolean {
  if (isFromHere === stream.clientIsHere) return false;
  return stream.firstSynTime >= 0 || servers.isRedisPort(scene.segment.sourcePort);
}
