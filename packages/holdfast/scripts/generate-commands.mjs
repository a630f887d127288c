// Writes src/commands/table.generated.ts: the servers' own flags, refined by command-semantics.mjs.
// The flags come from ioredis's generated list (newest Redis); test/commands.test.ts holds the
// result against a real server. Run: node packages/holdfast/scripts/generate-commands.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { semantics } from "./command-semantics.mjs";

const target = fileURLToPath(new URL("../src/commands/table.generated.ts", import.meta.url));
const require = createRequire(createRequire(import.meta.url).resolve("ioredis"));
const flagsOf = JSON.parse(readFileSync(require.resolve("@ioredis/commands/built/commands.json")));

/** What is listed by hand wins; after that the flags decide. */
const classes = Object.keys(semantics);
const table = new Map();
for (const commandClass of classes) {
  for (const name of semantics[commandClass]) {
    if (table.has(name)) throw new Error(`${name} is ${table.get(name)} and ${commandClass}`);
    table.set(name, commandClass);
  }
}
for (const [name, { flags }] of Object.entries(flagsOf)) {
  const upper = name.toUpperCase();
  if (!table.has(upper)) table.set(upper, classByFlags(flags));
}

function classByFlags(flags) {
  if (flags.includes("write")) return "relative";
  if (flags.includes("readonly")) return "read";
  return flags.includes("admin") ? "administrative" : "relative";
}

const lists = classes.map((commandClass) => {
  const names = [...table.keys()].filter((name) => table.get(name) === commandClass).sort();
  return `  ${commandClass}:\n    "${names.join(" ")}",\n`;
});
const source = `// Made by scripts/generate-commands.mjs; do not edit.
export const commandNames: {
${classes.map((name) => `  readonly ${name}: string;`).join("\n")}
} = {
${lists.join("")}};
`;
writeFileSync(target, source);
