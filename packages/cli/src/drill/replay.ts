import { relative } from "node:path";
import { faults } from "./faults/index.ts";
import type { DrillOptions } from "./options.ts";
import { drillDefaults } from "./options.ts";

/**
 * What a user types before the options of a drill. A script that runs the drill for a user, such as
 * `npm start`, names itself in `HOLDFAST_DRILL_COMMAND`.
 */
function programOf(environment: NodeJS.ProcessEnv): string[] {
  return (environment.HOLDFAST_DRILL_COMMAND ?? "npx @holdfast/cli drill").split(" ");
}

/** The command line that runs the same drill again, from the same folder. */
export function replayCommand(
  options: DrillOptions,
  seed: number,
  environment: NodeJS.ProcessEnv,
): string {
  const { source } = options;
  const words = programOf(environment);
  if (source.kind === "variants") words.push("--variants", fromHere(source.path));
  else {
    // A URL may carry a password; the command is printed and kept in reports.
    for (const url of source.urls) words.push("--target", withoutPassword(url));
    words.push("--redis", `${source.redis.host}:${source.redis.port}`);
    words.push("--listen", String(source.listen));
    if (source.allowRemote) words.push("--allow-remote");
  }
  const chosen = options.faults.map(({ id }) => id).join(",");
  if (chosen !== faults.map(({ id }) => id).join(",")) {
    words.push("--faults", chosen);
  }
  if (options.quick) words.push("--quick");
  if (options.client !== null && options.client !== drillDefaults.client) {
    words.push("--client", options.client);
  }
  if (options.rate !== drillDefaults.rate) words.push("--rate", String(options.rate));
  words.push("--seed", String(seed));
  return words.map(quoted).join(" ");
}

/** A path below this folder as it looks from here. */
function fromHere(path: string): string {
  const below = relative("", path);
  return below === "" || below.startsWith("..") ? path : below;
}

/** A URL as it may be shown. */
export function withoutPassword(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return decodeURI(shown.href);
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
