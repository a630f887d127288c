import { ConnectionLostError, RespConnection, systemCodeOf, TestbedError } from "../../testbed.ts";

/**
 * An unanswered probe gives up after this long, in milliseconds: well above the slowest reply of the
 * latency fault on a busy machine, and well below the shortest time for which a fault lasts.
 */
export const SILENCE_MS = 750;

/**
 * What one PING over a new connection met with.
 *
 * - `answered`: any reply, also one that says that a password is needed.
 * - `refused`: nobody listens.
 * - `silent`: connected, and no reply within the time.
 * - `reset`: the connection ended before the reply was whole.
 */
export type Sighting = "answered" | "refused" | "silent" | "reset";

const sightings: Readonly<Record<Sighting, string>> = {
  answered: "PING is answered",
  refused: "connections are refused",
  silent: "it connects and PING stays unanswered",
  reset: "the connection ends before the reply to PING",
};

/** A sighting in words, for the report. */
export function inWords(sighting: Sighting): string {
  return sightings[sighting];
}

/** Connects as the application does, with a connection of the probe's own, and sends one PING. */
export async function look(port: number, timeoutMs: number = SILENCE_MS): Promise<Sighting> {
  let connection: RespConnection | undefined;
  try {
    connection = await RespConnection.connect({ port, timeoutMs });
    await connection.command("PING");
    return "answered";
  } catch (error) {
    return sightingOf(error);
  } finally {
    connection?.destroy();
  }
}

/** @throws The error itself when it is no sighting of the network or the server. */
export function sightingOf(error: unknown): Sighting {
  if (error instanceof ConnectionLostError) return "reset";
  if (error instanceof TestbedError && error.code === "REPLY") return "answered";
  if (error instanceof TestbedError && error.code === "TIMEOUT") return "silent";
  const code = systemCodeOf(error);
  if (code === "ECONNREFUSED") return "refused";
  if (code === "ECONNRESET" || code === "EPIPE") return "reset";
  throw error;
}
