import type { Info, SampleFacts } from "../facts.ts";
import type { Session } from "../session.ts";
import { parseInfo } from "./info.ts";

/** INFO with all its sections; undefined with the reason when it is refused. */
export async function takeInfo(
  session: Session,
): Promise<{ readonly info: Info } | { readonly reason: string }> {
  const answer = await session.ask("INFO", "all");
  if (!answer.ok) return { reason: `INFO: ${answer.reason}` };
  return { info: parseInfo(String(answer.reply)) };
}

/** The second sample beside the first. */
export function paired(
  first: Info,
  second: Info | undefined,
  at: number,
  elapsedMs: number,
): SampleFacts {
  return { first, second, at, elapsedMs };
}
