import { isHoldfastError } from "../core/index.ts";

/**
 * What an error may carry where others than its own caller see it. Clients hang more on theirs:
 * ioredis the command with its arguments, the password of a handshake among them, and node-redis the
 * replies of a transaction.
 */
const harmless: ReadonlySet<PropertyKey> = new Set([
  "name",
  "message",
  "stack",
  "code",
  "errno",
  "syscall",
  "address",
  "port",
  "hostname",
  "cause",
  "errors",
]);

/** What the server quotes of a command that it does not know. */
const quotedArguments = /, with args beginning with:.*/s;

/** One refusal a call: thousands of them share a cause. */
const bared: WeakMap<Error, Error> = new WeakMap();

/**
 * An error without the keys, values and passwords of the command that had it: for causes, events and
 * reports, which reach others than its caller. The same object when there is nothing to leave out.
 */
export function bareError(error: unknown): unknown {
  if (!(error instanceof Error) || isHoldfastError(error)) return error;
  const known = bared.get(error);
  if (known !== undefined) return known;
  // Before its causes are looked at, which may lead back to it.
  bared.set(error, error);
  const bare = isBare(error) ? error : copyOf(error);
  bared.set(error, bare);
  return bare;
}

function isBare(error: Error): boolean {
  const inner = [error.cause, ...innerErrors(error)];
  return (
    Reflect.ownKeys(error).every((key) => harmless.has(key)) &&
    !quotedArguments.test(error.message) &&
    inner.every((each) => bareError(each) === each)
  );
}

function copyOf(error: Error): Error {
  // Of the same class, because the class is what a failure is recognised by.
  const copy: Error = Object.create(Object.getPrototypeOf(error));
  const message = error.message.replace(quotedArguments, "");
  const stack = error.stack?.replace(error.message, message);
  for (const key of Reflect.ownKeys(error)) {
    if (harmless.has(key)) define(copy, key, Reflect.get(error, key));
  }
  define(copy, "message", message);
  define(copy, "stack", stack);
  if (error.cause !== undefined) define(copy, "cause", bareError(error.cause));
  if (Array.isArray(Reflect.get(error, "errors"))) {
    define(copy, "errors", innerErrors(error).map(bareError));
  }
  return copy;
}

function innerErrors(error: Error): readonly unknown[] {
  const errors: unknown = Reflect.get(error, "errors");
  return Array.isArray(errors) ? errors : [];
}

function define(copy: Error, key: PropertyKey, value: unknown): void {
  Object.defineProperty(copy, key, { value, configurable: true, writable: true });
}
