import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The most files that a pattern may name. */
const filesMax = 10_000;
const special = /[*?[]/;

/**
 * The files that a path names: itself, or for a pattern that the shell did not expand (`*`, `?`,
 * `[a-z]`, `**` for folders at any depth) those that match, in order.
 */
export async function expandPath(path: string): Promise<string[]> {
  if (!special.test(path)) return [path];
  const parts = path.split("/");
  const found: string[] = [];
  await walk(parts[0] === "" ? "/" : "", parts[0] === "" ? parts.slice(1) : parts, found);
  return found.sort();
}

async function walk(folder: string, parts: readonly string[], found: string[]): Promise<void> {
  const [part, ...rest] = parts;
  if (part === undefined || found.length >= filesMax) return;
  if (!special.test(part)) {
    const path = join(folder, part);
    if (rest.length > 0) await walk(path, rest, found);
    else if (await isThere(folder, part)) found.push(path);
    return;
  }
  if (part === "**") await walk(folder, rest, found);
  const pattern = part === "**" ? /^[^.]/ : expression(part);
  for (const entry of await entriesOf(folder)) {
    if (!pattern.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (part === "**") {
      if (entry.isDirectory()) await walk(path, parts, found);
    } else if (rest.length > 0) {
      if (entry.isDirectory()) await walk(path, rest, found);
    } else if (!entry.isDirectory()) {
      found.push(path);
    }
  }
}

async function isThere(folder: string, name: string): Promise<boolean> {
  return (await entriesOf(folder)).some((entry) => entry.name === name && !entry.isDirectory());
}

async function entriesOf(folder: string): Promise<import("node:fs").Dirent[]> {
  try {
    return await readdir(folder === "" ? "." : folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** A file's name has one of these in the place of each special character. */
function expression(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const hidden = pattern.startsWith(".") ? "" : "(?!\\.)";
  try {
    return new RegExp(`^${hidden}${source}$`, "s");
  } catch {
    return new RegExp(`^${pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
  }
}
