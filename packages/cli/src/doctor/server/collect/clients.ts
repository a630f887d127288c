import type { ClientRow } from "../facts.ts";
import type { Session } from "../session.ts";
import { parseInfo } from "./info.ts";

/** The list takes the server a while, during which nobody else is served. */
const clientsMax = 20_000;
const nameMax = 60;

export type ClientList =
  | { readonly rows: readonly ClientRow[]; readonly total: number }
  | { readonly reason: string };

/** CLIENT LIST, without the doctor's own connections. */
export async function takeClients(session: Session): Promise<ClientList> {
  const counted = await session.ask("INFO", "clients");
  const connected = counted.ok ? Number(parseInfo(String(counted.reply)).connected_clients) : 0;
  if (connected > clientsMax) {
    return { reason: `CLIENT LIST of ${connected} clients would hold up the server` };
  }
  const answer = await session.ask("CLIENT", "LIST");
  if (!answer.ok) return { reason: `CLIENT LIST: ${answer.reason}` };
  const all = parseClients(String(answer.reply));
  const rows = all.filter(({ address }) => !session.ownAddresses.has(address));
  return { rows: rows.slice(0, clientsMax), total: rows.length };
}

/** The lines of CLIENT LIST; fields that a version does not give are empty or 0. */
export function parseClients(text: string): ClientRow[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("id="))
    .map((line) => rowOf(fieldsOf(line)));
}

function fieldsOf(line: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const part of line.trim().split(" ")) {
    const equals = part.indexOf("=");
    // A name cannot contain a space, so that every part is a field.
    if (equals > 0) fields.set(part.slice(0, equals), part.slice(equals + 1));
  }
  return fields;
}

function rowOf(fields: Map<string, string>): ClientRow {
  const text = (name: string): string => fields.get(name) ?? "";
  const number = (name: string): number => Number(fields.get(name) ?? 0) || 0;
  return {
    id: text("id"),
    address: text("addr"),
    name: text("name").slice(0, nameMax),
    library: text("lib-name").slice(0, nameMax),
    user: text("user").slice(0, nameMax),
    ageSeconds: number("age"),
    idleSeconds: number("idle"),
    flags: text("flags"),
    command: text("cmd"),
    outputBytes: number("omem") + number("obl"),
    queryBytes: number("qbuf"),
  };
}
