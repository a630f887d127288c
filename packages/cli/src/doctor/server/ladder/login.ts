import type { Socket } from "node:net";
import { ReplyError } from "../../../testbed.ts";
import { Connection } from "../connection.ts";
import { DeadlineError } from "../deadline.ts";
import type { LoginFacts, LoginOutcome } from "../facts.ts";
import type { Settings } from "../options.ts";
import type { Target } from "../target.ts";

export type Credentials = Pick<Target, "username" | "password">;

export interface Login {
  readonly facts: LoginFacts;
  /** Where commands can be tried; not there after silence or a close. */
  readonly connection: Connection | undefined;
}

/** How long a server is given to say by itself that it refuses the connection. */
const greetingMs = 30;

const outcomeOfReply: Readonly<Record<string, LoginOutcome>> = {
  NOAUTH: "auth-refused",
  WRONGPASS: "auth-refused",
  NOPERM: "auth-refused",
  DENIED: "denied",
  LOADING: "loading",
  BUSY: "busy",
  MASTERDOWN: "masterdown",
};

/** Listens, authenticates and sends a PING. Never rejects but for the signal. */
export async function logIn(
  socket: Socket,
  credentials: Credentials,
  settings: Settings,
  listenMs: number = greetingMs,
): Promise<Login> {
  const connection = new Connection(socket);
  const began = performance.now();
  const facts = (outcome: LoginOutcome, text?: string): LoginFacts => ({
    outcome,
    text,
    ms: performance.now() - began,
    credentials: credentials.password !== undefined,
  });
  let refusal: ReplyError | undefined;
  try {
    await connection.listen(listenMs);
    refusal = await authenticate(connection, credentials, settings);
    await connection.command(settings.timeoutMs, settings.signal, "PING");
  } catch (error) {
    settings.signal.throwIfAborted();
    // The reply to AUTH says more than the NOAUTH of the PING after it.
    const reason = refusal ?? error;
    const open = error instanceof ReplyError && connection.failure === undefined;
    if (!open) connection.close();
    return {
      facts: facts(outcomeOf(reason, connection), textOf(reason)),
      connection: open ? connection : undefined,
    };
  }
  const outcome = refusal === undefined ? "ready" : "auth-refused";
  return { facts: facts(outcome, refusal?.message), connection };
}

async function authenticate(
  connection: Connection,
  { username, password }: Credentials,
  settings: Settings,
): Promise<ReplyError | undefined> {
  if (password === undefined) return undefined;
  const names = username === undefined ? [] : [username];
  try {
    await connection.command(settings.timeoutMs, settings.signal, "AUTH", ...names, password);
    return undefined;
  } catch (error) {
    if (error instanceof ReplyError && connection.failure === undefined) return error;
    throw error;
  }
}

function outcomeOf(error: unknown, connection: Connection): LoginOutcome {
  if (error instanceof DeadlineError) return "silent";
  if (error instanceof ReplyError) {
    if (/max(imum)? number of clients/i.test(error.message)) return "maxclients";
    // By its code first: DENIED advises to set a password.
    const known = outcomeOfReply[error.prefix];
    if (known !== undefined) return known;
    return /\bAUTH\b|password/i.test(error.message) ? "auth-refused" : "ready";
  }
  return connection.firstBytes.length === 0 ? "closed" : "no-redis";
}

function textOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // DENIED is a page of advice.
  return message.split(/\r?\n/, 1)[0]?.slice(0, 160) ?? "";
}
