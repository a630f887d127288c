/**
 * A seed for one part of a drill, so that a part run by itself gets the same numbers as it does in
 * the whole (FNV-1a over the label, begun at the seed).
 */
export function seedFor(seed: number, label: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const byte of Buffer.from(label)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
