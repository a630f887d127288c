// Writes docs/symptoms from the catalogue: a page for each symptom and one that lists them.
// Run after the build: node packages/holdfast/scripts/symptom-pages.mjs [--check]
// --check writes nothing and fails when a page is missing, stale or left over.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { executionAdvice, retryAdvice, symptoms } from "holdfast/symptoms";

const folder = fileURLToPath(new URL("../../../docs/symptoms", import.meta.url));
const check = process.argv.includes("--check");

const groups = {
  connecting: "Making a connection",
  connection: "Keeping a connection",
  server: "The server refuses",
  cluster: "Cluster and Sentinel",
  application: "The application's own mistakes",
};

const speakers = { reply: "the server's reply", "redis-server": "the server's log" };

const pages = new Map([
  ["index.md", indexPage()],
  ...Object.values(symptoms).map((symptom) => [`${symptom.id}.md`, page(symptom)]),
]);

const present = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith(".md"))
  : [];
const leftOver = present.filter((name) => !pages.has(name));
const stale = [...pages].filter(([name, content]) => {
  const file = join(folder, name);
  return !existsSync(file) || readFileSync(file, "utf8") !== content;
});

if (check) {
  for (const name of leftOver) console.error(`docs/symptoms/${name} belongs to no symptom`);
  for (const [name] of stale) console.error(`docs/symptoms/${name} is not what the catalogue says`);
  process.exitCode = leftOver.length + stale.length === 0 ? 0 : 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const name of leftOver) rmSync(join(folder, name));
  for (const [name, content] of stale) writeFileSync(join(folder, name), content);
}

function indexPage() {
  const sections = Object.entries(groups).map(([group, title]) => {
    const rows = Object.values(symptoms)
      .filter((symptom) => symptom.group === group)
      .map(({ id, title: name, outcome, retryable }) => {
        return `| [\`${id}\`](./${id}) | ${name} | ${outcome} | ${retryable ? "yes" : "no"} |`;
      });
    return `## ${title}\n\n| id | what | was it executed? | of use to retry |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return `# Symptoms

Paste a message, of any client in any language, and read what it means:

\`\`\`sh
npx @holdfast/cli explain "Error 111 connecting to cache:6379. Connection refused."
\`\`\`

\`classify\` and \`recognize\` of \`holdfast/symptoms\` tell the same to a program; the guard and the doctor
decide by them. \`not-sent\` and \`refused\` are only said where it is certain that Redis did not execute
the command.

${sections.join("\n")}`;
}

function page(symptom) {
  const { outcome, countsAsFailure, faults } = symptom;
  const drill =
    faults.length === 0
      ? ""
      : `\n## See it happen\n\n\`\`\`sh\nnpx @holdfast/cli drill --variants drill.json --faults ${faults.join(",")}\n\`\`\`\n`;
  return `# ${symptom.title}

\`${symptom.id}\`

${symptom.meaning}

${symptom.effect}

| | |
|---|---|
| Was the command executed? | ${executionAdvice(symptom)} (\`${outcome}\`) |
| Is a retry safe? | ${retryAdvice(symptom)} |
| Does it count for the circuit breaker? | ${countsAsFailure ? "Yes" : "No"} |

## Likely causes

${symptom.causes.map((cause, index) => `${index + 1}. ${escaped(cause)}`).join("\n")}

## How to confirm

${symptom.confirm.map(({ run, tells }) => `\`\`\`sh\n${run}\n\`\`\`\n\nTells ${escaped(tells)}.`).join("\n\n")}

## What to do

${symptom.fixes.map((fix) => `- ${escaped(fix)}`).join("\n")}

## How it is worded

${wordings(symptom)}
${drill}
## Sources

${symptom.sources.map((source) => `- <${source}>`).join("\n")}
`;
}

function wordings({ wordings: all, system = [], replies = [], innocentReplies = [] }) {
  const rows = all.map(({ by, text }) => `| ${speakers[by] ?? by ?? "several"} | ${code(text)} |`);
  const codes = [...replies, ...innocentReplies].map(
    (each) => `| the server's reply | ${code(each)} |`,
  );
  const symbols = system.map(({ symbol, numbers = [] }) => {
    const shown = numbers.length === 0 ? "" : ` (${numbers.join(", ")})`;
    return `| the system | ${code(symbol)}${shown} |`;
  });
  return `| who | words |\n|---|---|\n${[...codes, ...symbols, ...rows].join("\n")}`;
}

/** Braces would be a Vue expression, bars end a table's cell. */
function code(text) {
  const fence = text.includes("`") ? "``" : "`";
  const pad = text.includes("`") ? " " : "";
  const shown = text.replaceAll("|", "\\|");
  return text.includes("{{")
    ? `<code v-pre>${shown}</code>`
    : `${fence}${pad}${shown}${pad}${fence}`;
}

function escaped(text) {
  return text.replaceAll("<", "&lt;").replaceAll("{", "&#123;").replaceAll("*", "\\*");
}
