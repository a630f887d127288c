import { text as readAll } from "node:stream/consumers";
import { type Recognition, recognize, type SymptomId, symptoms } from "holdfast/symptoms";
import { lastOf, parseArguments } from "../arguments.ts";
import { exitCodes, usageError } from "../failure.ts";
import { styleFor } from "../terminal/style.ts";
import { explainBatch } from "./batch.ts";
import { explainHelp } from "./help.ts";
import { explanationData } from "./json.ts";
import { renderExplanation, renderUnknown } from "./page.ts";

const specs = {
  batch: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/**
 * `holdfast explain`: says what a message means.
 *
 * @returns The exit code: 0, also for a message that is no failure of Redis.
 * @throws CommandError with exit code 2 for wrong use, 3 for a file that cannot be read.
 */
export async function run(args: string[]): Promise<number> {
  const { texts, options } = splitTexts(args);
  const { values, positionals } = parseArguments(options, specs);
  if (values.help) {
    process.stdout.write(explainHelp);
    return exitCodes.well;
  }
  const file = lastOf(values.batch);
  const words = [...texts, ...positionals];
  if (file !== undefined) {
    if (words.length > 0) throw usageError("give either TEXT or --batch FILE, not both");
    return explainBatch(file);
  }
  if (words.length === 0) throw usageError("give the message to explain, or --batch FILE");
  const text =
    words.length === 1 && words[0] === "-" ? await readAll(process.stdin) : words.join(" ");
  explain(text, values.json);
  return exitCodes.well;
}

function explain(text: string, json: boolean): void {
  const recognition = named(text) ?? recognize(text);
  if (json) {
    process.stdout.write(`${JSON.stringify(explanationData(recognition), undefined, 2)}\n`);
    return;
  }
  const style = styleFor(process.stdout, process.env);
  const width = process.stdout.columns;
  if (recognition !== undefined) {
    process.stdout.write(renderExplanation(recognition, style, width));
    return;
  }
  process.stdout.write(renderUnknown(style, width));
  const assumed = assumingRedis(text);
  if (assumed !== undefined) {
    process.stdout.write(`\nIf it comes from a Redis client:\n\n`);
    process.stdout.write(renderExplanation(assumed, style, width));
  }
}

/** What the text would mean in a log that says Redis; whoever asks may know that it does. */
function assumingRedis(text: string): Recognition | undefined {
  const assumed = recognize(`redis: ${text}`);
  return assumed === undefined ? undefined : { ...assumed, confidence: "low" };
}

/** A symptom's own id asks for its explanation. */
function named(text: string): Recognition | undefined {
  const id = text.trim().toLowerCase();
  if (!Object.hasOwn(symptoms, id)) return undefined;
  const symptom = id as SymptomId;
  return { symptom, symptoms: [symptom], confidence: "high" };
}

/** A pasted reply begins with a hyphen, "-READONLY You can't write": one word with spaces is text. */
function splitTexts(args: readonly string[]): { texts: string[]; options: string[] } {
  const texts: string[] = [];
  const options: string[] = [];
  for (const arg of args) {
    if (/^-[^-].*\s/s.test(arg)) texts.push(arg);
    else options.push(arg);
  }
  return { texts, options };
}
