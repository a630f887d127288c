import type { FaultTarget, Verification } from "./fault.ts";
import { inWords, look } from "./probe.ts";

/**
 * No Redis process, and nobody who listens in its place. Without a process of our own to kill, the
 * proxy refuses and resets, which looks the same to a client.
 */
export async function takeDown({ server, proxy }: FaultTarget): Promise<void> {
  if (server === null) {
    await proxy.down();
    return;
  }
  // Both begin in the same turn. Connections that stand are left to end as the dead server's end.
  const killed = server.kill();
  await proxy.down({ existing: "keep" });
  await killed;
}

export async function verifyDown({ server, proxy }: FaultTarget): Promise<Verification> {
  const sighting = await look(proxy.port);
  const alive = server?.alive === true;
  const process = server === null ? "" : `the process is ${alive ? "still alive" : "gone"}, `;
  return {
    injected: sighting === "refused" && !alive,
    observed: `${process}${inWords(sighting)}`,
  };
}
