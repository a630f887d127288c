/** https://www.tcpdump.org/linktypes.html: those that are understood. */
export const linkTypes = {
  null: 0,
  ethernet: 1,
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  linuxCooked2: 276,
} as const;

const names: Readonly<Record<number, string>> = {
  [linkTypes.null]: "BSD loopback",
  [linkTypes.ethernet]: "Ethernet",
  [linkTypes.rawBsd]: "raw IP",
  [linkTypes.rawOpenBsd]: "raw IP",
  [linkTypes.raw]: "raw IP",
  [linkTypes.loop]: "OpenBSD loopback",
  [linkTypes.linuxCooked]: "Linux cooked v1",
  [linkTypes.ipv4]: "raw IPv4",
  [linkTypes.ipv6]: "raw IPv6",
  [linkTypes.linuxCooked2]: "Linux cooked v2",
};

export function linkTypeName(linkType: number): string {
  return names[linkType] ?? `unknown link type ${linkType}`;
}
