import type { Info } from "../facts.ts";

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
