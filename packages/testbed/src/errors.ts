/**
 * - `REDIS_NOT_FOUND`: neither redis-server nor valkey-server is on the PATH.
 * - `REDIS_START`: the server ended, or did not answer, before it was ready.
 * - `TIMEOUT`: nothing came in the given time.
 * - `CONNECTION_LOST`: the connection ended before the reply was whole.
 * - `REPLY`: Redis answered with an error.
 * - `PROTOCOL`: the bytes are no RESP.
 * - `LIMIT`: a bound of the testbed itself was reached.
 * - `OPTIONS`: an option is out of its range.
 * - `CLOSED`: the object was closed before the call.
 */
export type TestbedErrorCode =
  | "REDIS_NOT_FOUND"
  | "REDIS_START"
  | "TIMEOUT"
  | "CONNECTION_LOST"
  | "REPLY"
  | "PROTOCOL"
  | "LIMIT"
  | "OPTIONS"
  | "CLOSED";

/** Every failure of the testbed's own. System errors such as ECONNREFUSED pass through as they are. */
export class TestbedError extends Error {
  override readonly name: string = "TestbedError";
  readonly code: TestbedErrorCode;

  constructor(code: TestbedErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** An error reply of the server, its text unchanged. */
export class ReplyError extends TestbedError {
  override readonly name: string = "ReplyError";
  /** The reply's first word: `ERR`, `NOAUTH`, `LOADING`. */
  readonly prefix: string;

  constructor(text: string) {
    super("REPLY", text);
    this.prefix = text.split(" ", 1)[0] ?? "";
  }
}

/** The connection ended with a command unanswered. */
export class ConnectionLostError extends TestbedError {
  override readonly name: string = "ConnectionLostError";
  /** The system's own code where there was one (`ECONNRESET`); undefined for an orderly end. */
  readonly systemCode: string | undefined;
  /** Whether the end came in the middle of a reply. */
  readonly midReply: boolean;

  constructor(cause: unknown, midReply: boolean) {
    const systemCode = systemCodeOf(cause);
    super(
      "CONNECTION_LOST",
      `connection ${systemCode ?? "ended"}${midReply ? " in the middle of a reply" : ""}`,
      cause === undefined ? undefined : { cause },
    );
    this.systemCode = systemCode;
    this.midReply = midReply;
  }
}

/** The `code` of a system error such as `ECONNREFUSED`. */
export function systemCodeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" ? code : undefined;
}
