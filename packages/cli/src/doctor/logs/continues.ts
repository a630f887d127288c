/** What only stands inside of a stack trace or of the fields below one. */
const inner =
  /^(?:[\s}\])]|at [\w$.<]|Caused by: |Suppressed: |\.\.\. \d+ (?:more|common)|During handling of the above|The above exception was|--- End of |--->|goroutine \d|\[stacktrace\]|#\d+ |from \/)/;
/** The class and message that end a Python trace or begin a Java one. */
const exception =
  /^[A-Za-z_$][\w.$]{2,200}(?:Error|Exception|Timeout|Interrupt|Exit|Failure|Refused|Closed)(?:: |$)/;
const traceback = /^(?:Traceback \(most recent call last\)|Stack ?trace:|Exception in thread )/;
const joiner = /^(?:During handling of the above|The above exception was)/;

/**
 * Whether a line goes on with the event of the line before it: a stack trace, its causes, an error's
 * fields.
 *
 * @param before - The last line before it that is not empty.
 * @param stamped - Whether the line before begins with a time, so that it surely begins an event.
 */
export function continues(
  text: string,
  before: string,
  stamped: (text: string) => boolean,
): boolean {
  if (inner.test(text)) return true;
  if (traceback.test(text)) return joiner.test(before) || stamped(before);
  if (exception.test(text)) return inner.test(before) || traceback.test(before) || stamped(before);
  // Chained traces have an empty line around "During handling of the above exception".
  return text === "" && (inner.test(before) || exception.test(before));
}
