import type { WatchedConnection } from "../watched.ts";
import type { IoredisCommand } from "./members.ts";

/**
 * A command is about to be written on `connection`. An EXEC whose watched keys are watched no more goes
 * as DISCARD and answers `null`, as the server does when a watched key has changed.
 */
export function keepCondition(
  watched: WatchedConnection,
  command: IoredisCommand,
  connection: unknown,
): void {
  if (!watched.refuses(command.name, connection)) return;
  const { resolve } = command;
  Object.assign(command, { name: "discard", resolve: () => resolve.call(command, null) });
}
