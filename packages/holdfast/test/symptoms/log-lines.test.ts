import { readFileSync } from "node:fs";
import { recognize, type SymptomId } from "holdfast/symptoms";
import { describe, expect, it } from "vitest";

interface Labelled {
  readonly symptom: SymptomId | null;
  /** Whose words they are, where that was known. */
  readonly client?: string;
  readonly text: string;
  readonly how: string;
}

function load(name: string): Labelled[] {
  const file = new URL(`../fixtures/log-lines/${name}.jsonl`, import.meta.url);
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Labelled);
}

/** The share of the lines that get their label, after `change`. */
function score(
  lines: readonly Labelled[],
  change: (text: string) => string = (text) => text,
): number {
  const right = lines.filter(
    ({ symptom, text }) => (recognize(change(text))?.symptom ?? null) === symptom,
  );
  return right.length / lines.length;
}

const tuned = load("tuned");
const heldBack = load("held-back");
const documented = load("documented");
const innocent = load("innocent");
const incidents = load("incidents-tuned");
const unseen = load("incidents-held-back");
const clients = load("clients-tuned");
const otherClients = load("clients-held-back");
const failures = unseen.filter(({ symptom }) => symptom !== null);
const lookAlikes = unseen.filter(({ symptom }) => symptom === null);

describe("log lines with a known meaning", () => {
  it("are recognised in what real clients print, though it was not looked at", () => {
    expect(score(heldBack)).toBeGreaterThanOrEqual(0.95);
  });

  it("are recognised in what people reported, though it was not looked at", () => {
    expect(score(failures)).toBeGreaterThanOrEqual(0.92);
    expect(score(lookAlikes)).toBeGreaterThanOrEqual(0.97);
  });

  it("are recognised in the words of clients that were not looked at", () => {
    expect(score(otherClients)).toBeGreaterThanOrEqual(0.84);
  });

  it("are told to be their client's", () => {
    const known = [...clients, ...otherClients].filter(({ client }) => client !== undefined);
    const right = known.filter(({ client, text }) => recognize(text)?.client === client);
    expect(right.length / known.length).toBeGreaterThanOrEqual(0.85);
  });

  it.each(
    [...tuned, ...documented, ...incidents, ...clients].map(
      (line) => [line.how, line.text, line] as const,
    ),
  )("are recognised: %s: %s", (_, text, { symptom }) => {
    expect(recognize(text)?.symptom ?? null).toBe(symptom);
  });

  it("are left alone when they are innocent", () => {
    expect(score(innocent)).toBeGreaterThanOrEqual(0.98);
  });

  it.each<[string, (text: string) => string]>([
    ["as JSON", (text) => JSON.stringify({ level: "error", time: 1_700_000_000, msg: text })],
    [
      "as JSON in a container's JSON",
      (text) => JSON.stringify({ log: JSON.stringify({ msg: text }) }),
    ],
    ["in colour", (text) => `\u001b[31merror\u001b[39m: \u001b[1m${text}\u001b[22m`],
    ["with a container's prefix", (text) => `web-1  | ${text.replaceAll("\n", "\nweb-1  | ")}`],
    ["with Windows line ends", (text) => text.replaceAll("\n", "\r\n")],
    ["with a syslog prefix", (text) => `Mar  3 03:03:03 web-1 app[4242]: ${text}`],
    ["in upper case", (text) => text.toUpperCase()],
  ])("keep their meaning %s", (_, change) => {
    expect(score([...tuned, ...documented, ...heldBack], change)).toBeGreaterThanOrEqual(0.95);
    expect(score(innocent, change)).toBeGreaterThanOrEqual(0.97);
  });
});
