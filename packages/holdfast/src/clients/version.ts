import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Folders between a module of a client library and its package.json; no package is deeper. */
const depthMax = 8;

/**
 * Name and version of the package that a client object comes from, such as `ioredis 4.28.5`. No
 * client tells it, so the module that exports its class is looked for among those that are loaded;
 * in a bundle there is none. For error messages only: it reads files.
 */
export function packageOf(client: object): string | undefined {
  const classes = new Set(classesOf(client));
  try {
    for (const module of Object.values(createRequire(import.meta.url).cache)) {
      if (module !== undefined && exportsOneOf(module.exports, classes)) {
        return manifestAbove(module.filename);
      }
    }
  } catch {
    // A getter among the exports of a stranger threw: the version stays unknown.
  }
  return undefined;
}

function classesOf(client: object): unknown[] {
  const classes: unknown[] = [];
  for (let at: unknown = client; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, "constructor")) classes.push((at as object).constructor);
  }
  // Object is exported by nobody, and EventEmitter by no package.
  return classes;
}

function exportsOneOf(exported: unknown, classes: ReadonlySet<unknown>): boolean {
  if (classes.has(exported)) return true;
  if (typeof exported !== "object" || exported === null) return false;
  const { default: main, Redis } = exported as { default?: unknown; Redis?: unknown };
  return (main !== undefined && classes.has(main)) || (Redis !== undefined && classes.has(Redis));
}

function manifestAbove(file: string): string | undefined {
  let folder = dirname(file);
  for (let depth = 0; depth < depthMax; depth++) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      if (typeof version === "string") return `${name} ${version}`;
    } catch {
      // Not this folder.
    }
    folder = dirname(folder);
  }
  return undefined;
}
