/**
 * A mark's token tells when it was made, on the Redis server's clock: a load that learns of a tag
 * only after it has begun can then tell whether the tag was invalidated since.
 */
export function markToken(serverMs: number, unique: string): string {
  return `${serverMs.toString(36)}.${unique}`;
}

/** When the token was made; `Infinity` for one that cannot be read, which is then never trusted. */
export function tokenMadeAt(token: string): number {
  const end = token.indexOf(".");
  const time = Number.parseInt(token.slice(0, Math.max(0, end)), 36);
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}
