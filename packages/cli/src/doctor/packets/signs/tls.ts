import type { RedisStream } from "../redis-stream.ts";
import type { Scene } from "../scene.ts";
import { increase } from "../totals.ts";

const alertRecord = 21;
const handshakeRecord = 22;
const maxRecordsInSegment = 16;
const closeNotify = 0;

/** RFC 8446, 6, and what older versions had. */
const alertNames: Readonly<Record<number, string>> = {
  0: "close_notify",
  10: "unexpected_message",
  20: "bad_record_mac",
  40: "handshake_failure",
  42: "bad_certificate",
  43: "unsupported_certificate",
  44: "certificate_revoked",
  45: "certificate_expired",
  46: "certificate_unknown",
  47: "illegal_parameter",
  48: "unknown_ca",
  49: "access_denied",
  50: "decode_error",
  51: "decrypt_error",
  70: "protocol_version",
  71: "insufficient_security",
  80: "internal_error",
  86: "inappropriate_fallback",
  90: "user_canceled",
  109: "missing_extension",
  112: "unrecognized_name",
  116: "certificate_required",
  120: "no_application_protocol",
};

/** A client that begins with a TLS handshake. */
export function isClientHello(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 6 && isRecord(bytes, start, end, handshakeRecord) && bytes[start + 5] === 1;
}

/** What a TLS stream tells in the clear: alerts, and a server that speaks something else. */
export function watchTls(scene: Scene, stream: RedisStream, isFromClient: boolean): void {
  const { bytes, payloadStart, payloadEnd } = scene.segment;
  if (payloadEnd <= payloadStart) return;
  if (!isFromClient && !stream.tlsAnswered) {
    stream.tlsAnswered = true;
    const first = bytes[payloadStart] as number;
    if (first < 20 || first > 23) {
      mismatch(scene, stream, "a TLS handshake was answered without TLS");
      return;
    }
  }
  alerts(scene, stream, isFromClient);
}

/** A request in the clear to a server that answers with TLS. */
export function watchPlain(scene: Scene, stream: RedisStream): void {
  const { bytes, payloadStart, payloadEnd } = scene.segment;
  if (stream.serverHasSpoken || payloadEnd <= payloadStart) return;
  stream.serverHasSpoken = true;
  stream.server.spokenStreams++;
  if (isRecord(bytes, payloadStart, payloadEnd, alertRecord)) {
    mismatch(scene, stream, "a request in the clear was answered with TLS");
    alerts(scene, stream, false);
  }
}

/** At the end of a stream: a handshake that the server took for half a request. */
export function unansweredHello(scene: Scene, stream: RedisStream, endTime: number): void {
  const waited = endTime - stream.tlsHelloTime;
  const wasHeard = stream.lastServerTime >= stream.tlsHelloTime;
  if (!stream.isTls || stream.tlsAnswered || !wasHeard || waited < 300_000_000) return;
  stream.server.signals.raise(
    "packets.tls-mismatch",
    scene.at(stream.tlsHelloFrame, stream.tlsHelloTime),
    () => `${stream.server.label} acknowledged a TLS handshake and never answered it`,
  );
}

function mismatch(scene: Scene, stream: RedisStream, what: string): void {
  const { server } = stream;
  server.signals.raise("packets.tls-mismatch", scene.here(), () => `${what} by ${server.label}`);
}

function alerts(scene: Scene, stream: RedisStream, isFromClient: boolean): void {
  const { bytes, payloadStart, payloadEnd } = scene.segment;
  let at = payloadStart;
  for (let count = 0; count < maxRecordsInSegment && at + 5 <= payloadEnd; count++) {
    const length = ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
    // Longer ones are encrypted.
    if (isRecord(bytes, at, payloadEnd, alertRecord) && length === 2 && at + 7 <= payloadEnd) {
      const code = bytes[at + 6] as number;
      const name = alertNames[code] ?? `alert ${code}`;
      increase(scene.totals.tlsAlerts, name);
      const sender = isFromClient ? stream.client.address : stream.server.label;
      if (code !== closeNotify) {
        stream.server.signals.raise(
          "packets.tls-alert",
          scene.here(),
          () => `${sender} sent the TLS alert ${name}`,
        );
      }
    }
    at += 5 + length;
  }
}

function isRecord(bytes: Uint8Array, at: number, end: number, type: number): boolean {
  return (
    at + 3 <= end && bytes[at] === type && bytes[at + 1] === 3 && (bytes[at + 2] as number) <= 4
  );
}
