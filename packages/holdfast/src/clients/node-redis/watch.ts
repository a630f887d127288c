import type { NodeRedisLink } from "./link.ts";
import type { BatchedCommand } from "./members.ts";

/**
 * Runs a pipeline. An EXEC of its own whose watched keys are watched no more goes as DISCARD and answers
 * `null`, as the server does when a watched key has changed.
 */
export async function pipelineWithCondition(
  link: NodeRedisLink,
  commands: readonly BatchedCommand[],
  run: (commands: readonly BatchedCommand[]) => Promise<unknown>,
): Promise<unknown> {
  const refused: number[] = [];
  const kept = commands.map((command, index) => {
    if (!link.refuses(command.args)) return command;
    refused.push(index);
    return { ...command, args: ["DISCARD"] };
  });
  const replies = await run(kept);
  for (const index of refused) (replies as unknown[])[index] = null;
  return replies;
}
