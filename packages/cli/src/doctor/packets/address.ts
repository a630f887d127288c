/** An address of four words as people write it: `10.0.0.1`, `2001:db8::1`. */
export function addressText(
  isIpv6: boolean,
  word0: number,
  word1: number,
  word2: number,
  word3: number,
): string {
  if (!isIpv6) {
    return [word3 >>> 24, (word3 >>> 16) & 255, (word3 >>> 8) & 255, word3 & 255].join(".");
  }
  const groups = [word0, word1, word2, word3].flatMap((word) => [word >>> 16, word & 0xffff]);
  const text = groups.map((group) => group.toString(16)).join(":");
  // The longest run of zeros becomes "::" (RFC 5952).
  const runs = text.match(/(?<![0-9a-f])0(:0)+(?![0-9a-f])/g) ?? [];
  const longest = runs.sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) return text;
  const at = text.search(new RegExp(`(?<![0-9a-f])${longest}(?![0-9a-f])`));
  const before = text.slice(0, at).replace(/:$/, "");
  const after = text.slice(at + longest.length).replace(/^:/, "");
  return `${before}::${after}`;
}

export function endpointText(isIpv6: boolean, address: string, port: number): string {
  return isIpv6 ? `[${address}]:${port}` : `${address}:${port}`;
}
