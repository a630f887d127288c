import type { PlainReply } from "../../../testbed.ts";
import type { LatencyEvent, SlowEntry } from "../facts.ts";
import type { Session } from "../session.ts";

const entriesMax = 128;

type Gathered<T> = { readonly value: readonly T[] } | { readonly reason: string };

/** The slow log, without the doctor's own commands and without anybody's arguments. */
export async function takeSlowlog(session: Session): Promise<Gathered<SlowEntry>> {
  const answer = await session.ask("SLOWLOG", "GET", entriesMax);
  if (!answer.ok) return { reason: `SLOWLOG GET: ${answer.reason}` };
  const entries = listOf(answer.reply).map(slowEntryOf);
  return { value: entries.filter(({ client }) => !session.ownAddresses.has(client)) };
}

/** The latency monitor's events; none when it is off. */
export async function takeLatency(session: Session): Promise<Gathered<LatencyEvent>> {
  const answer = await session.ask("LATENCY", "LATEST");
  if (!answer.ok) return { reason: `LATENCY LATEST: ${answer.reason}` };
  return {
    value: listOf(answer.reply).map((reply) => {
      const [event, at, latestMs, maxMs] = listOf(reply);
      return {
        event: String(event),
        at: Number(at) * 1000,
        latestMs: Number(latestMs),
        maxMs: Number(maxMs),
      };
    }),
  };
}

/** Turns the slow log on: the one thing that is ever changed, and only when it was asked for. */
export async function enableSlowlog(session: Session, ms: number): Promise<string | undefined> {
  const answer = await session.ask(
    "CONFIG",
    "SET",
    "slowlog-log-slower-than",
    Math.round(ms * 1000),
  );
  return answer.ok ? undefined : `CONFIG SET slowlog-log-slower-than: ${answer.reason}`;
}

function slowEntryOf(reply: PlainReply): SlowEntry {
  const [id, at, microseconds, command, client] = listOf(reply);
  return {
    id: Number(id),
    at: Number(at) * 1000,
    durationMs: Number(microseconds) / 1000,
    command: commandName(String(listOf(command ?? null)[0] ?? "")),
    client: client === undefined ? "" : String(client),
  };
}

/** What is no command's name could be anything, a key or a value too. */
function commandName(text: string): string {
  return /^[a-z][a-z0-9._-]{0,39}$/i.test(text) ? text.toUpperCase() : "?";
}

function listOf(reply: PlainReply): readonly PlainReply[] {
  return Array.isArray(reply) ? reply : [];
}
