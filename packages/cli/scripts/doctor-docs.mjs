// Writes the causes of docs/doctor.md from the doctor's own rules; --check only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { causeIds } from "../dist/doctor/causes.js";
import { signalMeanings } from "../dist/doctor/signals.js";
import { fixesFor, rules } from "../dist/doctor/verdict/index.js";

const page = fileURLToPath(new URL("../../../docs/doctor.md", import.meta.url));
const begin = "<!-- causes -->";
const end = "<!-- /causes -->";

const before = readFileSync(page, "utf8");
const from = before.indexOf(begin) + begin.length;
const to = before.indexOf(end);
if (from < begin.length || to < from) throw new Error(`${page} has no ${begin} … ${end}`);
const after = `${before.slice(0, from)}\n\n${causeIds.map(section).join("\n\n")}\n\n${before.slice(to)}`;

if (process.argv.includes("--check")) {
  if (after !== before) {
    console.error(
      "docs/doctor.md is not what the rules say: node packages/cli/scripts/doctor-docs.mjs",
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(page, after);
}

function section(cause) {
  const { title, signals } = rules[cause];
  const rows = Object.entries(signals)
    .sort(([, a], [, b]) => b - a)
    .map(
      ([id, weight]) =>
        `| \`${id}\` | ${signalMeanings[id]} | ${weight > 0 ? "+" : "−"}${Math.abs(weight)} |`,
    );
  const fixes = fixesFor(cause, { client: undefined }).map((fix) => `- ${inCode(fix)}`);
  return `### ${cause}

${title.charAt(0).toUpperCase()}${title.slice(1)}.

| signal | seen | weight |
|---|---|---|
${rows.join("\n")}

What to do:

${fixes.join("\n")}`;
}

/** A fix is a command with a remark behind it, or a sentence. */
function inCode(fix) {
  return fix.replaceAll("<", "&lt;").replaceAll("{", "&#123;");
}
