import { createHash } from "node:crypto";
import type { KeyFacts } from "../facts.ts";
import type { Session } from "../session.ts";

const keysMax = 200;
const scansMax = 20;
/** What the sampling may take in all. */
const budgetMs = 800;
const largestMax = 5;
/** A key below this is not asked for the number of its elements. */
const countFrom = 50_000;

const countCommand: Readonly<Record<string, string>> = {
  hash: "HLEN",
  list: "LLEN",
  set: "SCARD",
  zset: "ZCARD",
  stream: "XLEN",
};

type Sampled = KeyFacts["largest"][number] & { readonly expires: boolean };

/**
 * Looks at a few keys' sizes, within a bound of keys and of time. Nothing of a key is kept but a
 * digest of its name: names hold addresses and tokens.
 */
export async function takeKeys(
  session: Session,
): Promise<{ readonly value: KeyFacts } | { readonly reason: string }> {
  const size = await session.ask("DBSIZE");
  if (!size.ok) return { reason: `DBSIZE: ${size.reason}` };
  const until = performance.now() + budgetMs;
  const names = await scan(session, until);
  if ("reason" in names) return names;
  const sampled: Sampled[] = [];
  for (const name of names.value) {
    if (performance.now() > until) break;
    const key = await measure(session, name);
    if ("reason" in key) return key;
    if (key.value !== undefined) sampled.push(key.value);
  }
  const largest = [...sampled].sort((a, b) => b.bytes - a.bytes).slice(0, largestMax);
  return {
    value: {
      sampled: sampled.length,
      total: Number(size.reply),
      largest: largest.map(({ expires: _, ...key }) => key),
      withoutExpiry: sampled.filter(({ expires }) => !expires).length,
    },
  };
}

async function scan(
  session: Session,
  until: number,
): Promise<{ readonly value: readonly string[] } | { readonly reason: string }> {
  const names = new Set<string>();
  let cursor = "0";
  for (let round = 0; round < scansMax && names.size < keysMax; round++) {
    const answer = await session.ask("SCAN", cursor, "COUNT", 100);
    if (!answer.ok) return { reason: `SCAN: ${answer.reason}` };
    const [next, found] = Array.isArray(answer.reply) ? answer.reply : [];
    for (const name of Array.isArray(found) ? found : []) names.add(String(name));
    cursor = String(next ?? "0");
    if (cursor === "0" || performance.now() > until) break;
  }
  return { value: [...names].slice(0, keysMax) };
}

async function measure(
  session: Session,
  name: string,
): Promise<{ readonly value: Sampled | undefined } | { readonly reason: string }> {
  const usage = await session.ask("MEMORY", "USAGE", name);
  if (!usage.ok) return { reason: `MEMORY USAGE: ${usage.reason}` };
  // It has expired meanwhile, or its name is no UTF-8.
  if (usage.reply === null) return { value: undefined };
  const bytes = Number(usage.reply);
  const type = await session.ask("TYPE", name);
  const expiry = await session.ask("PTTL", name);
  const kind = type.ok ? String(type.reply) : "unknown";
  const command = countCommand[kind];
  const count =
    bytes >= countFrom && command !== undefined ? await session.ask(command, name) : undefined;
  return {
    value: {
      digest: createHash("sha256").update(name).digest("hex").slice(0, 12),
      nameBytes: Buffer.byteLength(name),
      type: kind,
      bytes,
      elements: count?.ok === true ? Number(count.reply) : undefined,
      expires: expiry.ok && Number(expiry.reply) >= 0,
    },
  };
}
