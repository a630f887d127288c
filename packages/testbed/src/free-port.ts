import { createServer } from "node:net";
import { TestbedError } from "./errors.ts";

// Below the ephemeral ranges of Linux (32768 and up) and macOS (49152 and up). A client that keeps
// dialling a closed port inside that range is given, sooner or later, that very port as its own
// source port: it then connects to itself, and the "dead" server seems alive.
const FIRST_PORT = 12_000;
const LAST_PORT = 31_999;
const TRIES_MAX = 200;
// Enough to keep apart what one test run asks for at about the same time.
const REMEMBERED_MAX = 1_000;

const handedOut = new Set<number>();

/**
 * A loopback port that nobody listened on a moment ago, outside the range that the system gives to
 * outgoing connections. Never the same one twice in a row from one process.
 *
 * @throws TestbedError `LIMIT` when 200 tries find none.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (handedOut.has(port)) continue;
    remember(port);
    if (await canListen(port)) return port;
  }
  throw new TestbedError(
    "LIMIT",
    `no free port from ${FIRST_PORT} to ${LAST_PORT} in ${TRIES_MAX} tries`,
  );
}

function remember(port: number): void {
  handedOut.add(port);
  if (handedOut.size > REMEMBERED_MAX) {
    const oldest = handedOut.values().next().value;
    if (oldest !== undefined) handedOut.delete(oldest);
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1" }, () => server.close(() => resolve(true)));
  });
}
