import type { Info } from "../facts.ts";
import type { Session } from "../session.ts";

/** INFO with all its sections, or the reason why it is refused. */
export async function takeInfo(
  session: Session,
): Promise<{ readonly info: Info } | { readonly reason: string }> {
  const answer = await session.ask("INFO", "all");
  return answer.ok
    ? { info: parseInfo(String(answer.reply)) }
    : { reason: `INFO: ${answer.reason}` };
}

/** INFO's text as fields: the sections' names are not needed, fields are unique. */
export function parseInfo(text: string): Info {
  const fields: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0 && !line.startsWith("#")) {
      fields[line.slice(0, colon)] = line.slice(colon + 1).replace(/\r$/, "");
    }
  }
  return fields;
}
