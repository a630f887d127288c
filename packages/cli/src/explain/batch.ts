import { once } from "node:events";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { recognize } from "holdfast/symptoms";
import { exitCodes, messageOf, unreachableError } from "../failure.ts";

/** A line's answer; all null for a text that is no failure of Redis. */
interface Answer {
  readonly symptom: string | null;
  readonly client: string | null;
  readonly confidence: string | null;
  /** Why the line has no answer. */
  readonly error?: string;
}

/**
 * Answers JSON Lines, one for one and in order, as they come: memory does not grow with the file.
 *
 * @param file - A path, or "-" for standard input.
 * @returns 0, or 2 when a line was no JSON object with a text.
 * @throws CommandError with exit code 3 when the file cannot be read.
 */
export async function explainBatch(file: string): Promise<number> {
  let malformed = 0;
  try {
    const input = file === "-" ? process.stdin : createReadStream(file, "utf8");
    if (file !== "-") await once(input, "open");
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() === "") continue;
      const answer = answerLine(line);
      if (answer.error !== undefined) malformed++;
      if (!process.stdout.write(`${JSON.stringify(answer)}\n`)) await once(process.stdout, "drain");
    }
  } catch (error) {
    throw unreachableError(`cannot read ${file}: ${messageOf(error)}`);
  }
  if (malformed === 0) return exitCodes.well;
  process.stderr.write(
    `holdfast explain: ${malformed} ${malformed === 1 ? "line is" : "lines are"} no JSON object with a text\n`,
  );
  return exitCodes.usage;
}

/** The answer to one line of the input. */
export function answerLine(line: string): Answer {
  const text = textOf(line);
  if (text === undefined) {
    return { symptom: null, client: null, confidence: null, error: "no JSON object with a text" };
  }
  const found = recognize(text);
  return {
    symptom: found?.symptom ?? null,
    client: found?.client ?? null,
    confidence: found?.confidence ?? null,
  };
}

function textOf(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const text: unknown =
      typeof value === "object" && value !== null ? Reflect.get(value, "text") : undefined;
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}
