import type { FaultTarget } from "./fault.ts";

/** Undoes everything that any fault does: the server runs, and the proxy passes everything on. */
export async function heal({ server, proxy }: FaultTarget): Promise<void> {
  try {
    if (server !== null) {
      await server.thaw();
      if (!server.alive) await server.restart();
    }
  } finally {
    // Last, so that nobody connects to a server that is still loading; and in any case.
    await proxy.clear();
  }
}
