import { argumentRules } from "./argument-rules.ts";
import { commandNames } from "./table.generated.ts";

/**
 * What a command does, as far as repeating it is concerned.
 *
 * - `read`: changes nothing.
 * - `absolute`: a write that leaves the same data whether it ran once or twice.
 * - `relative`: a write whose effect, or whose meaningful reply, differs the second time.
 * - `blocking`: the server answers only after something happened or the command's own time ran out.
 * - `connection`: changes the state of its connection alone.
 * - `administrative`: acts on the server, not on data.
 */
export type CommandClass =
  | "read"
  | "absolute"
  | "relative"
  | "blocking"
  | "connection"
  | "administrative";

const table = new Map<string, CommandClass>();
for (const [commandClass, names] of Object.entries(commandNames)) {
  for (const name of names.split(" ")) {
    // Clients name commands in one case or the other: both are keys, so that no name is converted.
    table.set(name, commandClass as CommandClass);
    table.set(name.toLowerCase(), commandClass as CommandClass);
  }
}

const noArguments: readonly unknown[] = [];

/**
 * What a command does, by its name and, where they matter, its arguments. A command that is not in
 * the table (a module's, a newer server's) is a `relative` write: the answer that is never unsafe.
 *
 * Nothing is allocated for a command whose name decides.
 *
 * @param name - The command's name in any case, such as `"SET"`.
 * @param args - Its arguments: strings, numbers or bytes.
 * @param from - Index of the first argument after the name, for clients whose array begins with the
 *   name. Default 0.
 */
export function commandClass(
  name: string,
  args: readonly unknown[] = noArguments,
  from: number = 0,
): CommandClass {
  const byName = table.get(name);
  if (byName === undefined) return classOfRareName(name, args, from);
  const rule = argumentRules.get(name);
  return rule === undefined ? byName : rule(args, from);
}

function classOfRareName(name: string, args: readonly unknown[], from: number): CommandClass {
  const upper = name.toUpperCase();
  // Some callers name a subcommand together with its container: "CONFIG GET", "XGROUP CREATE".
  const space = upper.indexOf(" ");
  if (space > 0) return commandClass(upper.slice(0, space), [upper.slice(space + 1)], 0);
  return table.has(upper) ? commandClass(upper, args, from) : "relative";
}
