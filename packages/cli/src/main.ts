#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { CommandError, exitCodes, messageOf, unreachableError, usageError } from "./failure.ts";
import { suggestion } from "./nearest.ts";

interface Command {
  readonly summary: string;
  /** Loads the command's code, so that `--help` loads none. */
  readonly load: () => Promise<{ run(args: string[]): Promise<number> }>;
}

const commands: Readonly<Record<string, Command>> = {
  doctor: {
    summary: "tell why a Redis connection failed, from logs, the server, captures and settings",
    load: () => import("./doctor/index.ts"),
  },
  capture: {
    summary: "record the packets of Redis connections, for the doctor",
    load: () => import("./capture/index.ts"),
  },
  drill: {
    summary: "break Redis under a real API and see what its users see",
    load: () => import("./drill/index.ts"),
  },
  explain: {
    summary: "tell what an error message of any Redis client means",
    load: () => import("./explain/index.ts"),
  },
  checks: {
    summary: "list every check of the doctor",
    load: () => import("./checks/index.ts"),
  },
};

/** Runs the command that the arguments name and gives the process's exit code. */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    (name === undefined ? process.stderr : process.stdout).write(help());
    return name === undefined ? exitCodes.usage : exitCodes.well;
  }
  if (name === "--version") {
    process.stdout.write(`${version()}\n`);
    return exitCodes.well;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const hint = suggestion(name, Object.keys(commands));
    return report(usageError(`unknown command ${JSON.stringify(name)} (${hint})`), "holdfast");
  }
  try {
    return await (await command.load()).run(rest);
  } catch (error) {
    return report(error, `holdfast ${name}`);
  }
}

function report(error: unknown, where: string): number {
  if (error instanceof CommandError) {
    process.stderr.write(`${where}: ${error.message}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`${where}: internal error: ${stack ?? messageOf(error)}\n`);
  return exitCodes.internal;
}

function help(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`,
  );
  return `Usage: holdfast COMMAND [options]

${lines.join("\n")}

holdfast COMMAND --help tells its options; holdfast --version the version.
`;
}

function version(): string {
  const description: unknown = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  return String((description as { version?: unknown }).version);
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough closes the pipe: no failure of ours.
  if (error.code === "EPIPE") return;
  const problem = unreachableError(`standard output cannot be written: ${error.message}`);
  process.exit(report(problem, "holdfast"));
});
// There is nowhere left to say it.
process.stderr.on("error", () => undefined);

const exitCode = await main(process.argv.slice(2));
// What was written must arrive first. Then the end is certain, whatever a socket may still wait for.
for (const stream of [process.stdout, process.stderr]) {
  await new Promise<void>((resolve) => stream.write("", () => resolve()));
}
process.exit(exitCode);
