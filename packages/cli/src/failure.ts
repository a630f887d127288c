/**
 * What the process exits with. The first four are the command line's contract; the others are what
 * shells and operating systems expect.
 */
export const exitCodes = {
  well: 0,
  /** A finding, or a drill that was not passed. */
  finding: 1,
  usage: 2,
  /** Something that was named cannot be reached, started or written. */
  unreachable: 3,
  /** A mistake of our own (EX_SOFTWARE). */
  internal: 70,
  interrupted: 130,
} as const;

/** A failure that is told in one line that says what is wrong and what to do: no stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The command was called wrongly: exit 2. */
export function usageError(message: string): CommandError {
  return new CommandError(exitCodes.usage, message);
}

/** What the command needs cannot be reached, started or written: exit 3. */
export function unreachableError(message: string): CommandError {
  return new CommandError(exitCodes.unreachable, message);
}

/** An unknown thing's message, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
