import { connect as connectTcp, type Socket } from "node:net";
import { systemCodeOf } from "../../../testbed.ts";
import { DeadlineError, onDeadline } from "../deadline.ts";
import type { ConnectAttempt, ConnectOutcome } from "../facts.ts";
import type { Settings } from "../options.ts";
import { formatAddress } from "../target.ts";

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** In place of both. */
  readonly path?: string | undefined;
}

/** More connects than one tell a full backlog, where some succeed, from a firewall. */
export const connectsEach = 4;
const addressesMax = 8;

const outcomes: Readonly<Record<string, ConnectOutcome>> = {
  ECONNREFUSED: "refused",
  ENOENT: "refused",
  ETIMEDOUT: "timed-out",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EHOSTDOWN: "unreachable",
  ENETDOWN: "unreachable",
};

export interface Connected {
  readonly attempts: readonly ConnectAttempt[];
  /** The first that stands; the others are closed. */
  readonly socket: Socket | undefined;
  readonly endpoint: Endpoint | undefined;
}

/** Connects to every address, several times at once. */
export async function connectAll(
  endpoints: readonly Endpoint[],
  settings: Settings,
): Promise<Connected> {
  const tried = await Promise.all(
    endpoints
      .slice(0, addressesMax)
      .flatMap((endpoint) => Array.from({ length: connectsEach }, () => endpoint))
      .map(async (endpoint) => ({ endpoint, ...(await attempt(endpoint, settings)) })),
  );
  const kept = tried.find(({ socket }) => socket !== undefined);
  for (const other of tried) if (other !== kept) other.socket?.destroy();
  settings.signal.throwIfAborted();
  return {
    attempts: tried.map((one) => one.attempt),
    socket: kept?.socket,
    endpoint: kept?.endpoint,
  };
}

/**
 * One more connection.
 *
 * @throws The system's error; {@link DeadlineError}; the signal's reason.
 */
export function dial(endpoint: Endpoint, settings: Settings): Promise<Socket> {
  const { host, port, path } = endpoint;
  const socket =
    path === undefined ? connectTcp({ host, port, noDelay: true }) : connectTcp({ path });
  return new Promise((resolve, reject) => {
    const { signal, timeoutMs } = settings;
    const settle = (then: () => void): void => {
      stop();
      signal.removeEventListener("abort", abort);
      socket.removeAllListeners("connect");
      socket.removeListener("error", fail);
      // Until somebody else listens: a reset in between must not end the process.
      socket.on("error", () => undefined);
      then();
    };
    const fail = (error: unknown): void =>
      settle(() => {
        socket.destroy();
        reject(error);
      });
    const abort = (): void => fail(signal.reason);
    const stop = onDeadline(timeoutMs, () =>
      fail(new DeadlineError(`no connection to ${describe(endpoint)} in ${timeoutMs} ms`)),
    );
    signal.addEventListener("abort", abort, { once: true });
    socket.once("connect", () => settle(() => resolve(socket)));
    socket.once("error", fail);
    if (signal.aborted) abort();
  });
}

export function describe({ host, port, path }: Endpoint): string {
  return path ?? formatAddress({ host, port });
}

async function attempt(
  endpoint: Endpoint,
  settings: Settings,
): Promise<{ readonly attempt: ConnectAttempt; readonly socket: Socket | undefined }> {
  const began = performance.now();
  const to = describe(endpoint);
  try {
    const socket = await dial(endpoint, settings);
    return { attempt: { to, outcome: "connected", ms: performance.now() - began }, socket };
  } catch (error) {
    const code = error instanceof DeadlineError ? "ETIMEDOUT" : systemCodeOf(error);
    const outcome = (code === undefined ? undefined : outcomes[code]) ?? "failed";
    return { attempt: { to, outcome, ms: performance.now() - began, code }, socket: undefined };
  }
}
