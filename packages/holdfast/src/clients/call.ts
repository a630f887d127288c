/**
 * One thing that the application asked of a client, from its call until both sides are done with it:
 * a command, or a whole transaction or pipeline. An adapter makes it, the guard drives it.
 *
 * The application and the client settle apart: after a time-out the application has its answer while
 * the client still waits for a reply.
 */
export abstract class Call {
  /** As the client spells it, in upper or in lower case; `MULTI` or `PIPELINE` for a batch. */
  abstract get name(): string;
  /** Commands in a batch; 1 for a command. */
  get size(): number {
    return 1;
  }
  /** Whether it may be handed to the client a second time at all. */
  get repeatable(): boolean {
    return true;
  }
  /** Whether running it twice does no harm; undefined when the command itself says so. */
  get idempotent(): boolean | undefined {
    return undefined;
  }
  /** Times it was handed to the client. */
  attempts = 0;
  /** Attempt time-outs that passed, on whichever attempt. */
  overdue = 0;
  startedAt = 0;
  /** When it was handed to the client last. */
  sentAt = 0;
  /** When the guard must look at it next. */
  dueAt = 0;
  /** It pauses until then. */
  notBefore = 0;
  /** When the caller's own budget ends (`withDeadline`). */
  budgetEndsAt: number = Number.POSITIVE_INFINITY;
  /** When the application must have an answer. */
  deadlineAt: number = Number.POSITIVE_INFINITY;
  /** The breaker's permit of the present attempt. */
  permit = 0;
  /** The breaker knows how the present attempt ended. */
  reported = false;
  /** The server may rightly keep it waiting. */
  blocking = false;
  /** Some attempt was written and had no reply. */
  unknown = false;
  /** The application has its answer. */
  settled = false;
  /** Made for another call, which answers to the application and counts as the one that it made. */
  nested = false;

  /** The command's arguments; undefined for a batch, whose parts may differ. */
  abstract get args(): readonly unknown[] | undefined;
  /** Index of the first argument in `args`: some clients put the name before. */
  abstract get argsFrom(): number;
  /** What the client holds for it: false from `send()` until the client let go of it. */
  abstract get released(): boolean;
  /** Hands it to the client; once more after a failure. When it throws, the client holds nothing. */
  abstract send(): void;
  /** Gives the application a reply that is not the server's. */
  abstract resolve(value: unknown): void;
  /** Gives the application its error. */
  abstract reject(error: unknown): void;
  /** Calls back when the reply comes, unless it is an error. */
  abstract onReply(listener: () => void): void;
  /** Calls back when the client lets go of it, for whoever waits for its place. */
  abstract onReleased(listener: () => void): void;

  /** A node's guard has it. Always so where there is but one. */
  get placed(): boolean {
    return true;
  }

  /** It has been at a node's guard, or past all of them. */
  get reached(): boolean {
    return true;
  }

  /** The server named another node: true when the client sends it there. */
  redirected(_error: unknown): boolean {
    return false;
  }

  /** The node that it stood at has left: true when it is routed anew. */
  rerouted(): boolean {
    return false;
  }
}

/** What the guard hears about calls. */
export interface CallOwner {
  /** The application made it. */
  submit(call: Call): void;
  /** It was submitted elsewhere in the same deployment, and comes here on its way. */
  enter(call: Call): void;
  /** The client failed it. The application has no answer yet, unless `call.settled`. */
  failed(call: Call, error: unknown): void;
}

/** The name of a command as the application gave it. What is no text, the client has to refuse. */
export function spelled(name: unknown): string {
  if (typeof name === "string") return name;
  try {
    return String(name);
  } catch {
    return typeof name;
  }
}

/** One listener that calls both: most calls have none, few have two. */
export function chained(first: (() => void) | undefined, second: () => void): () => void {
  if (first === undefined) return second;
  return () => {
    first();
    second();
  };
}
