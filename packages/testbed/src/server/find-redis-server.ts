import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { TestbedError } from "../errors.ts";

const run = promisify(execFile);
const PROGRAMS = ["redis-server", "valkey-server"] as const;
const VERSION_TIMEOUT_MS = 5_000;

export interface RedisProgram {
  readonly path: string;
  readonly name: (typeof PROGRAMS)[number];
  /** As the program says it, for example `7.0.15`. */
  readonly version: string;
}

/**
 * Finds `redis-server`, else `valkey-server`.
 *
 * @param searchPath - Folders as in the PATH variable; default: that of this process.
 * @throws TestbedError `REDIS_NOT_FOUND`, saying how to install one.
 */
export async function findRedisServer(
  searchPath: string = process.env.PATH ?? "",
): Promise<RedisProgram> {
  for (const name of PROGRAMS) {
    for (const folder of searchPath.split(delimiter)) {
      const path = join(folder, name);
      if (folder === "" || !(await isExecutable(path))) continue;
      const version = await versionOf(path);
      if (version !== undefined) return { path, name, version };
    }
  }
  throw new TestbedError(
    "REDIS_NOT_FOUND",
    `neither ${PROGRAMS.join(" nor ")} is on the PATH: install one, ` +
      "for example by `apt-get install redis-server`, `dnf install valkey` or `brew install redis`",
  );
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Undefined when the program does not run, as with a broken link or another machine's binary. */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(path, ["--version"], { timeout: VERSION_TIMEOUT_MS });
    return /v=(\S+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}
