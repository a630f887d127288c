/** What `holdfast explain --help` prints. */
export const explainHelp: string = `Usage: holdfast explain TEXT [--json]
       holdfast explain --batch FILE

Says what a message of any Redis client, in any language, means: what it does to the
application, whether a retry is safe, likely causes, how to confirm them, and what to do.

  TEXT          a line, or a stack trace in quotes; - reads it from standard input;
                a symptom's id (readonly, reset, …) explains that symptom
  --json        the explanation as JSON
  --batch FILE  JSON Lines with a "text" each (- for standard input); answers one JSON
                line each: { "symptom": id or null, "client", "confidence" }

Exit codes: 0 answered (also that it is no failure of Redis), 2 wrong use or lines that are
no JSON with a text, 3 the file cannot be read.
`;
