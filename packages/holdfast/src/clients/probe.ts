import type { Socket } from "node:net";
import { connect as connectTcp } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { connect as connectTls } from "node:tls";

/** Where a server listens. */
export interface Endpoint {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly path?: string | undefined;
  /** Undefined: no TLS. */
  readonly tls?: ConnectionOptions | undefined;
}

/** How long a sign of life serves everyone who asks for one of the same server, in milliseconds. */
const sharedForMs = 500;

/** By address, so that a process with many blocked connections opens one. */
const signs = new Map<string, Promise<void>>();

/**
 * Whether a server gives a sign of life within `timeoutMs`: it is sent a PING on a connection of its
 * own, and whatever byte comes back is one, since also `-NOAUTH` needs a server that runs.
 */
export function signOfLife(endpoint: Endpoint, timeoutMs: number): Promise<void> {
  const { host = "localhost", port = 6379, path, tls } = endpoint;
  const address = `${path ?? `${host}:${port}`}${tls === undefined ? "" : " tls"}`;
  const known = signs.get(address);
  if (known !== undefined) return known;
  const sign = ask(endpoint, timeoutMs);
  signs.set(address, sign);
  const forget = () => signs.delete(address);
  sign.then(() => setTimeout(forget, sharedForMs).unref(), forget);
  return sign;
}

function ask({ host, port, path, tls }: Endpoint, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = open({ host, port, path, tls });
    const settle = (how: () => void) => {
      clearTimeout(timer);
      socket.destroy();
      how();
    };
    const fail = (error: Error) => settle(() => reject(error));
    const timer = setTimeout(() => fail(failure("no sign of life", "ETIMEDOUT")), timeoutMs);
    // It must not keep a process alive that has ended.
    timer.unref();
    socket.unref();
    socket.on("error", fail);
    socket.on("close", () => fail(failure("closed without a word", "ECONNRESET")));
    socket.on("data", () => settle(resolve));
    socket.write("PING\r\n");
  });
}

function open({ host = "localhost", port = 6379, path, tls }: Endpoint): Socket {
  const place = path === undefined ? { host, port } : { path };
  return tls === undefined ? connectTcp(place) : connectTls({ ...tls, ...place });
}

function failure(message: string, code: string): Error {
  return Object.assign(new Error(message), { code, syscall: "connect" });
}
