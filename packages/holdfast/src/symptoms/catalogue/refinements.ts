/** The word "timeout" as what was reported, not as the name of a setting or the middle of a phrase. */
export const endOfClause: RegExp = /^[:.] ?timeout["'`)\]}.!]{0,3}(?:,|\s*$|\n)/;

/** What is said of any wait that was too long: the phase tells for what it was. */
export const timeouts: readonly string[] = [
  "timed out",
  "timedout",
  "TimeoutError",
  "TimeoutException",
  "timeout exceeded",
  "exceeded timeout",
  "timeout expired",
  "took too long",
  "timeout was reached",
  "deadline exceeded",
];
