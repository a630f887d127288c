import { linkTypes } from "../file/link-types.ts";
import type { Segment } from "./segment.ts";

/** What a packet turned out to be. */
export type PacketKind = "tcp" | "other" | "fragment" | "cut" | "unknown-link";

const ethernetIpv4 = 0x0800;
const ethernetIpv6 = 0x86dd;
const protocolTcp = 6;
const maxExtensionHeaders = 8;

/** Finds the TCP segment in a packet and fills `segment` with it when the answer is "tcp". */
export function decodePacket(
  segment: Segment,
  bytes: Uint8Array,
  start: number,
  end: number,
  originalLength: number,
  linkType: number,
): PacketKind {
  switch (linkType) {
    case linkTypes.ethernet:
      return decodeEtherType(segment, bytes, start + 12, start, end, originalLength);
    case linkTypes.linuxCooked:
      return decodeEtherType(segment, bytes, start + 14, start, end, originalLength);
    case linkTypes.linuxCooked2:
      if (start + 20 > end) return "cut";
      return decodeType(segment, bytes, word(bytes, start), start + 20, start, end, originalLength);
    case linkTypes.null:
    case linkTypes.loop:
      return decodeIp(segment, bytes, start + 4, start, end, originalLength);
    case linkTypes.raw:
    case linkTypes.rawBsd:
    case linkTypes.rawOpenBsd:
    case linkTypes.ipv4:
    case linkTypes.ipv6:
      return decodeIp(segment, bytes, start, start, end, originalLength);
    default:
      return "unknown-link";
  }
}

/** From the place of an EtherType on, past VLAN tags. */
function decodeEtherType(
  segment: Segment,
  bytes: Uint8Array,
  typeAt: number,
  start: number,
  end: number,
  originalLength: number,
): PacketKind {
  let at = typeAt;
  for (let tags = 0; tags <= 4; tags++) {
    if (at + 2 > end) return "cut";
    const type = word(bytes, at);
    at += 2;
    if (type !== 0x8100 && type !== 0x88a8 && type !== 0x9100) {
      return decodeType(segment, bytes, type, at, start, end, originalLength);
    }
    at += 2;
  }
  return "other";
}

function decodeType(
  segment: Segment,
  bytes: Uint8Array,
  type: number,
  at: number,
  start: number,
  end: number,
  originalLength: number,
): PacketKind {
  if (type === ethernetIpv4) return decodeIpv4(segment, bytes, at, start, end, originalLength);
  if (type === ethernetIpv6) return decodeIpv6(segment, bytes, at, start, end, originalLength);
  return "other";
}

function decodeIp(
  segment: Segment,
  bytes: Uint8Array,
  at: number,
  start: number,
  end: number,
  originalLength: number,
): PacketKind {
  if (at >= end) return "cut";
  const version = (bytes[at] as number) >> 4;
  if (version === 4) return decodeIpv4(segment, bytes, at, start, end, originalLength);
  if (version === 6) return decodeIpv6(segment, bytes, at, start, end, originalLength);
  return "other";
}

function decodeIpv4(
  segment: Segment,
  bytes: Uint8Array,
  at: number,
  start: number,
  end: number,
  originalLength: number,
): PacketKind {
  if (at + 20 > end) return "cut";
  const first = bytes[at] as number;
  const headerLength = (first & 15) * 4;
  if (first >> 4 !== 4 || headerLength < 20) return "other";
  // The whole packet of a fragmented segment is in none of its fragments.
  if ((word(bytes, at + 6) & 0x3fff) !== 0) return "fragment";
  if (bytes[at + 9] !== protocolTcp) return "other";
  // Segmentation offload leaves a length of 0 where it exceeds 16 bits.
  const total = word(bytes, at + 2) || originalLength - (at - start);
  segment.isIpv6 = false;
  segment.identification = word(bytes, at + 4);
  segment.source0 = segment.source1 = segment.source2 = 0;
  segment.target0 = segment.target1 = segment.target2 = 0;
  segment.source3 = long(bytes, at + 12);
  segment.target3 = long(bytes, at + 16);
  return decodeTcp(segment, bytes, at + headerLength, at + total, end);
}

function decodeIpv6(
  segment: Segment,
  bytes: Uint8Array,
  at: number,
  start: number,
  end: number,
  originalLength: number,
): PacketKind {
  if (at + 40 > end) return "cut";
  if ((bytes[at] as number) >> 4 !== 6) return "other";
  const packetEnd = at + 40 + (word(bytes, at + 4) || originalLength - (at - start) - 40);
  let next = bytes[at + 6] as number;
  let header = at + 40;
  for (let count = 0; next !== protocolTcp; count++) {
    if (next === 44) return "fragment";
    // Hop-by-hop options, routing, destination options and authentication may stand before TCP.
    if (next !== 0 && next !== 43 && next !== 60 && next !== 51) return "other";
    if (count >= maxExtensionHeaders) return "other";
    if (header + 8 > end) return "cut";
    const length = bytes[header + 1] as number;
    const isAuthentication = next === 51;
    next = bytes[header] as number;
    header += isAuthentication ? (length + 2) * 4 : (length + 1) * 8;
  }
  segment.isIpv6 = true;
  segment.identification = 0;
  segment.source0 = long(bytes, at + 8);
  segment.source1 = long(bytes, at + 12);
  segment.source2 = long(bytes, at + 16);
  segment.source3 = long(bytes, at + 20);
  segment.target0 = long(bytes, at + 24);
  segment.target1 = long(bytes, at + 28);
  segment.target2 = long(bytes, at + 32);
  segment.target3 = long(bytes, at + 36);
  return decodeTcp(segment, bytes, header, packetEnd, end);
}

/** @param packetEnd - Where the IP packet ends on the wire: short frames are padded behind it. */
function decodeTcp(
  segment: Segment,
  bytes: Uint8Array,
  at: number,
  packetEnd: number,
  end: number,
): PacketKind {
  if (at + 20 > end) return "cut";
  const headerLength = ((bytes[at + 12] as number) >> 4) * 4;
  if (headerLength < 20 || at + headerLength > packetEnd) return "other";
  segment.sourcePort = word(bytes, at);
  segment.targetPort = word(bytes, at + 2);
  segment.sequence = long(bytes, at + 4);
  segment.acknowledgement = long(bytes, at + 8);
  segment.flags = bytes[at + 13] as number;
  segment.window = word(bytes, at + 14);
  segment.bytes = bytes;
  segment.optionsStart = at + 20;
  segment.optionsEnd = Math.min(at + headerLength, end);
  segment.payloadStart = Math.min(at + headerLength, end);
  segment.payloadEnd = Math.max(segment.payloadStart, Math.min(packetEnd, end));
  segment.payloadLength = packetEnd - at - headerLength;
  return "tcp";
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function long(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}
