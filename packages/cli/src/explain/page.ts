import {
  executionAdvice,
  type Recognition,
  retryAdvice,
  type Symptom,
  symptoms,
} from "holdfast/symptoms";
import { faults, furtherFaults } from "../drill/faults/index.ts";
import type { Style } from "../terminal/style.ts";

const drillFaults = [...faults, ...furtherFaults];

/** Lines are read best no longer than this, also on a wide terminal. */
const widthMax = 92;
const widthMin = 40;

/** The explanation as text for a terminal. */
export function renderExplanation(
  recognition: Recognition,
  style: Style,
  columns: number = widthMax,
): string {
  const symptom = symptoms[recognition.symptom];
  const width = Math.max(widthMin, Math.min(columns, widthMax));
  const paragraph = (text: string): string[] => wrap(text, width, "  ", "  ");
  const section = (title: string, lines: readonly string[]): string[] => [
    "",
    style.bold(title),
    ...lines,
  ];
  const lines = [
    style.bold(style.red(symptom.title)),
    style.dim(subtitle(symptom, recognition)),
    ...section("What it means", paragraph(symptom.meaning)),
    ...section("What it does to your application", paragraph(symptom.effect)),
    ...section("Was the command executed?", paragraph(executionAdvice(symptom))),
    ...section("Is a retry safe?", paragraph(retryAdvice(symptom))),
    ...section(
      "Likely causes",
      symptom.causes.flatMap((cause, index) => wrap(cause, width, `  ${index + 1}. `, "     ")),
    ),
    ...section("How to confirm", confirmations(symptom, recognition, style, width)),
    ...section(
      "What to do",
      symptom.fixes.flatMap((fix) => wrap(fix, width, "  - ", "    ")),
    ),
    ...alsoNamed(recognition, style),
    ...reproduction(symptom, style),
  ];
  return `${lines.join("\n")}\n`;
}

/** What is said where nothing was recognised. */
export function renderUnknown(style: Style, columns: number = widthMax): string {
  const width = Math.max(widthMin, Math.min(columns, widthMax));
  const text =
    "Either it is no failure of Redis, or it does not say so: the same words come from other services too. Give more of the log: the lines before it, the stack trace, the error's class, the address.";
  return `${[style.bold("Not recognised"), ...wrap(text, width, "  ", "  ")].join("\n")}\n`;
}

function subtitle({ id }: Symptom, { client, host, port, confidence }: Recognition): string {
  const address = host === undefined ? port : port === undefined ? host : `${host}:${port}`;
  return [id, client, address, `confidence ${confidence}`]
    .filter((part) => part !== undefined)
    .join(" · ");
}

function confirmations(
  symptom: Symptom,
  recognition: Recognition,
  style: Style,
  width: number,
): string[] {
  return symptom.confirm.flatMap(({ run, tells }) => [
    `  ${style.yellow(`$ ${addressed(run, recognition)}`)}`,
    ...wrap(tells, width, "    ", "    "),
  ]);
}

/** The command for the address of the message. What a log says is never pasted unchecked. */
function addressed(command: string, { host, port }: Recognition): string {
  const plainHost = host !== undefined && /^[a-z0-9][a-z0-9.:-]{0,252}$/.test(host) ? host : "HOST";
  return command
    .replaceAll(/\bHOST\b/g, plainHost)
    .replaceAll(/\bPORT\b/g, port === undefined ? "PORT" : String(port));
}

function alsoNamed({ symptoms: ids }: Recognition, style: Style): string[] {
  const others = ids.slice(1);
  if (others.length === 0) return [];
  return [
    "",
    style.bold("The text also names"),
    ...others.map((id) => `  ${id}: ${symptoms[id].title}`),
  ];
}

/** One or two faults show it. Some can be made by hand only: the drill does not know them. */
function reproduction({ faults }: Symptom, style: Style): string[] {
  const known = faults.filter((id) => drillFaults.some((fault) => fault.id === id));
  if (known.length === 0) return [];
  return [
    "",
    style.bold("See it happen to your API"),
    "  npx @holdfast/cli drill --target URL \\",
    `    --faults ${known.slice(0, 2).join(",")}`,
  ];
}

function wrap(text: string, width: number, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    const separator = line.trim() === "" || line === first || line === rest ? "" : " ";
    if (line.length + separator.length + word.length > width && line !== first && line !== rest) {
      lines.push(line);
      line = rest + word;
    } else {
      line += separator + word;
    }
  }
  return [...lines, line];
}
