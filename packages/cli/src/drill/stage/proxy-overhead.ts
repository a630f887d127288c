import { RespConnection } from "../../testbed.ts";
import { ascending, percentile, rounded } from "../measure/percentile.ts";

/** Enough for a p99, and over in a blink. */
const pings = 300;

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * What the proxy adds to a command, in milliseconds: PINGs sent straight and through the proxy in
 * turn, so that both see the same machine. Null when Redis does not answer a PING.
 */
export async function proxyOverhead(
  direct: Endpoint,
  proxied: Endpoint,
): Promise<{ p50Ms: number; p99Ms: number } | null> {
  const connections: RespConnection[] = [];
  try {
    for (const endpoint of [direct, proxied])
      connections.push(await RespConnection.connect(endpoint));
    const times = connections.map((): number[] => []);
    for (let ping = 0; ping < pings; ping++) {
      for (const [index, connection] of connections.entries()) {
        const beganMs = performance.now();
        await connection.command("PING");
        times[index]?.push(performance.now() - beganMs);
      }
    }
    const [straight = [], through = []] = times;
    const added = (fraction: number): number =>
      rounded(
        Math.max(
          0,
          percentile(ascending(through), fraction) - percentile(ascending(straight), fraction),
        ),
      );
    return { p50Ms: added(0.5), p99Ms: added(0.99) };
  } catch {
    return null;
  } finally {
    for (const connection of connections) connection.destroy();
  }
}
