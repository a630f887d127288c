/** A TCP segment as the tests think of it. */
export interface Packet {
  /** Seconds since 1970, and nanoseconds. */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  readonly window: number;
  readonly payload: Uint8Array;
  readonly options?: Uint8Array;
  readonly identification?: number;
}

export interface Endpoint {
  /** `10.0.0.1` or eight groups of hexadecimal digits. */
  readonly address: string;
  readonly port: number;
}

export type LinkLayer = "ethernet" | "vlan" | "cooked" | "cooked2" | "null" | "loop" | "raw";

const linkTypes: Readonly<Record<LinkLayer, number>> = {
  ethernet: 1,
  vlan: 1,
  cooked: 113,
  cooked2: 276,
  null: 0,
  loop: 108,
  raw: 101,
};

/** A frame: link layer, IP of the addresses' version, TCP, payload. */
export function frameOf(packet: Packet, link: LinkLayer): Uint8Array {
  const isIpv6 = packet.source.address.includes(":");
  const tcp = tcpOf(packet);
  const ip = isIpv6 ? ipv6Of(packet, tcp.length) : ipv4Of(packet, tcp.length);
  return concat(linkHeader(link, isIpv6), ip, tcp);
}

export interface PcapOptions {
  readonly link?: LinkLayer;
  readonly bigEndian?: boolean;
  readonly nanoseconds?: boolean;
  readonly snapLength?: number;
}

export function pcapOf(packets: readonly Packet[], options: PcapOptions = {}): Uint8Array {
  const { link = "ethernet", bigEndian = false, nanoseconds = true, snapLength = 262144 } = options;
  const little = !bigEndian;
  const header = new Uint8Array(24);
  const view = new DataView(header.buffer);
  view.setUint32(0, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, 4, little);
  view.setUint32(16, snapLength, little);
  view.setUint32(20, linkTypes[link], little);
  const records = packets.map((packet) => {
    const frame = frameOf(packet, link);
    const captured = frame.subarray(0, snapLength);
    const record = new Uint8Array(16);
    const fields = new DataView(record.buffer);
    fields.setUint32(0, packet.seconds, little);
    const fraction = nanoseconds ? packet.nanoseconds : Math.floor(packet.nanoseconds / 1000);
    fields.setUint32(4, fraction, little);
    fields.setUint32(8, captured.length, little);
    fields.setUint32(12, frame.length, little);
    return concat(record, captured);
  });
  return concat(header, ...records);
}

export interface PcapngOptions {
  readonly bigEndian?: boolean;
  /** The interfaces; packets take turns on them. */
  readonly links?: readonly LinkLayer[];
  /** Ticks per second as `if_tsresol` writes it: a power of ten, or of two with the high bit. */
  readonly resolution?: number;
}

export function pcapngOf(packets: readonly Packet[], options: PcapngOptions = {}): Uint8Array {
  const { bigEndian = false, links = ["ethernet"], resolution = 9 } = options;
  const little = !bigEndian;
  const section = new Uint8Array(16);
  const sectionView = new DataView(section.buffer);
  sectionView.setUint32(0, 0x1a2b3c4d, little);
  sectionView.setUint16(4, 1, little);
  section.fill(0xff, 8);
  const interfaces = links.map((link) => {
    const body = new Uint8Array(20);
    const view = new DataView(body.buffer);
    view.setUint16(0, linkTypes[link], little);
    view.setUint16(8, 9, little);
    view.setUint16(10, 1, little);
    body[12] = resolution;
    return block(1, body, little);
  });
  const perSecond = resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
  const blocks = packets.map((packet, index) => {
    const id = index % links.length;
    const frame = frameOf(packet, links[id] as LinkLayer);
    const body = new Uint8Array(20 + Math.ceil(frame.length / 4) * 4);
    const view = new DataView(body.buffer);
    const ticks =
      BigInt(packet.seconds) * perSecond +
      (BigInt(packet.nanoseconds) * perSecond) / 1_000_000_000n;
    view.setUint32(0, id, little);
    view.setUint32(4, Number(ticks >> 32n), little);
    view.setUint32(8, Number(ticks & 0xffffffffn), little);
    view.setUint32(12, frame.length, little);
    view.setUint32(16, frame.length, little);
    body.set(frame, 20);
    return block(6, body, little);
  });
  return concat(block(0x0a0d0d0a, section, little), ...interfaces, ...blocks);
}

function block(type: number, body: Uint8Array, little: boolean): Uint8Array {
  const whole = new Uint8Array(body.length + 12);
  const view = new DataView(whole.buffer);
  view.setUint32(0, type, little);
  view.setUint32(4, whole.length, little);
  whole.set(body, 8);
  view.setUint32(whole.length - 4, whole.length, little);
  return whole;
}

function tcpOf({ source, target, sequence, acknowledgement, flags, window, ...rest }: Packet) {
  const options = rest.options ?? new Uint8Array(0);
  const padded = Math.ceil(options.length / 4) * 4;
  const header = new Uint8Array(20 + padded);
  const view = new DataView(header.buffer);
  view.setUint16(0, source.port);
  view.setUint16(2, target.port);
  view.setUint32(4, sequence);
  view.setUint32(8, acknowledgement);
  view.setUint8(12, (header.length / 4) << 4);
  view.setUint8(13, flags);
  view.setUint16(14, window);
  header.set(options, 20);
  return concat(header, rest.payload);
}

function ipv4Of({ source, target, identification = 0 }: Packet, length: number): Uint8Array {
  const header = new Uint8Array(20);
  const view = new DataView(header.buffer);
  view.setUint8(0, 0x45);
  view.setUint16(2, 20 + length);
  view.setUint16(4, identification);
  view.setUint16(6, 0x4000);
  view.setUint8(8, 64);
  view.setUint8(9, 6);
  header.set(source.address.split(".").map(Number), 12);
  header.set(target.address.split(".").map(Number), 16);
  return header;
}

function ipv6Of({ source, target }: Packet, length: number): Uint8Array {
  const header = new Uint8Array(40);
  const view = new DataView(header.buffer);
  view.setUint8(0, 0x60);
  view.setUint16(4, length);
  view.setUint8(6, 6);
  view.setUint8(7, 64);
  const write = (address: string, at: number): void => {
    for (const [index, group] of address.split(":").entries()) {
      view.setUint16(at + 2 * index, Number.parseInt(group, 16));
    }
  };
  write(source.address, 8);
  write(target.address, 24);
  return header;
}

function linkHeader(link: LinkLayer, isIpv6: boolean): Uint8Array {
  const type = isIpv6 ? [0x86, 0xdd] : [0x08, 0x00];
  const addresses = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
  switch (link) {
    case "ethernet":
      return Uint8Array.from([...addresses, ...type]);
    case "vlan":
      return Uint8Array.from([...addresses, 0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, ...type]);
    case "cooked":
      return Uint8Array.from([0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, ...type]);
    case "cooked2":
      return Uint8Array.from([...type, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0]);
    case "null":
      return Uint8Array.from([isIpv6 ? 24 : 2, 0, 0, 0]);
    case "loop":
      return Uint8Array.from([0, 0, 0, isIpv6 ? 24 : 2]);
    default:
      return new Uint8Array(0);
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
