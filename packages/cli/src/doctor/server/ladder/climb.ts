import type { Socket } from "node:net";
import type { Connection } from "../connection.ts";
import type { ConnectAttempt, DnsFacts, LoginFacts, TlsFacts } from "../facts.ts";
import type { Settings } from "../options.ts";
import type { Address, Target } from "../target.ts";
import { connectAll, dial, type Endpoint } from "./connect.ts";
import { logIn } from "./login.ts";
import { resolve } from "./resolve.ts";
import { secure } from "./secure.ts";

/** How far one address could be climbed, and what stood on the last rung. */
export interface Climb {
  readonly address: Address;
  readonly dns?: DnsFacts | undefined;
  readonly connects?: readonly ConnectAttempt[] | undefined;
  readonly tls?: TlsFacts | undefined;
  readonly mismatch?: "server-speaks-tls" | "server-speaks-plain" | undefined;
  readonly login?: LoginFacts | undefined;
  readonly connection?: Connection | undefined;
  /** Where it connected: for further connections. */
  readonly endpoint?: Endpoint | undefined;
}

/** A refusal that came as a mere reset is listened to again, for longer. */
const secondListenMs = 250;

/** DNS, TCP, TLS, AUTH, PING: each rung in its time, and the first that breaks ends it. */
export async function climb(target: Target, address: Address, settings: Settings): Promise<Climb> {
  const { onProgress } = settings;
  let dns: DnsFacts | undefined;
  let endpoints: Endpoint[] = [{ ...address, path: target.path }];
  if (target.path === undefined) {
    onProgress({ step: `resolving ${address.host}` });
    dns = await resolve(address.host, settings);
    endpoints = dns.addresses.map((host) => ({ host, port: address.port }));
    if (endpoints.length === 0) return { address, dns };
  }
  onProgress({ step: "connecting" });
  const { attempts: connects, socket, endpoint } = await connectAll(endpoints, settings);
  if (socket === undefined || endpoint === undefined) return { address, dns, connects };
  const sofar = { address, dns, connects, endpoint };
  onProgress({ step: "asking for an answer" });
  const opened = await openOn(socket, target, address, settings);
  const retry =
    opened.login?.outcome === "silent" || opened.login?.outcome === "closed"
      ? await open(endpoint, target, address, settings, secondListenMs)
      : undefined;
  const last = retry?.login === undefined ? opened : retry;
  const mismatch = await findMismatch(endpoint, address, last, settings);
  const login = await withOpenness(endpoint, target, address, last.login, settings);
  return { ...sofar, ...last, login, mismatch };
}

export type Opened = Pick<Climb, "tls" | "login" | "connection">;

/** One more connection to where the first one went, with TLS and login; {} when it fails. */
export async function open(
  endpoint: Endpoint,
  target: Target,
  address: Address,
  settings: Settings,
  listenMs?: number,
): Promise<Opened> {
  let socket: Socket;
  try {
    socket = await dial(endpoint, settings);
  } catch {
    settings.signal.throwIfAborted();
    return {};
  }
  return openOn(socket, target, address, settings, listenMs);
}

async function openOn(
  socket: Socket,
  target: Target,
  address: Address,
  settings: Settings,
  listenMs?: number,
): Promise<Opened> {
  if (!target.tls) {
    const { facts, connection } = await logIn(socket, target, settings, listenMs);
    return { login: facts, connection };
  }
  const { facts: tls, socket: secured } = await secure(socket, address.host, settings);
  if (secured === undefined) return { tls };
  // A password for whoever answers is a password lost.
  const withheld = tls.untrusted !== undefined && target.password !== undefined;
  const login = await logIn(secured, withheld ? {} : target, settings, listenMs);
  if (!withheld) return { tls, login: login.facts, connection: login.connection };
  login.connection?.close();
  return { tls, login: { ...login.facts, credentials: true, outcome: "withheld" } };
}

/** Tries the other language where the one that the URL names was not understood. */
async function findMismatch(
  endpoint: Endpoint,
  address: Address,
  { tls, login }: Opened,
  settings: Settings,
): Promise<Climb["mismatch"]> {
  const plain = tls === undefined;
  const failed = plain
    ? login?.outcome === "closed" || login?.outcome === "no-redis"
    : tls.outcome !== "established";
  if (!failed) return undefined;
  try {
    const socket = await dial(endpoint, settings);
    if (plain) {
      const { facts, socket: secured } = await secure(socket, address.host, settings);
      secured?.destroy();
      return facts.outcome === "established" ? "server-speaks-tls" : undefined;
    }
    const { facts, connection } = await logIn(socket, {}, settings);
    connection?.close();
    const understood = !["silent", "closed", "no-redis"].includes(facts.outcome);
    return understood ? "server-speaks-plain" : undefined;
  } catch {
    settings.signal.throwIfAborted();
    return undefined;
  }
}

/** Tries without the password: whether everybody gets in is a finding of its own. */
async function withOpenness(
  endpoint: Endpoint,
  target: Target,
  address: Address,
  login: LoginFacts | undefined,
  settings: Settings,
): Promise<LoginFacts | undefined> {
  if (login?.outcome !== "ready") return login;
  if (!login.credentials) return { ...login, openToAll: true };
  const { password: _, ...anybody } = target;
  const opened = await open(endpoint, anybody, address, settings);
  opened.connection?.close();
  if (opened.login === undefined) return login;
  return { ...login, openToAll: opened.login.outcome === "ready" };
}
