import type { PlainReply } from "../../../testbed.ts";
import type { SentinelFacts } from "../facts.ts";
import type { Session } from "../session.ts";
import { type Address, formatAddress } from "../target.ts";
import { parseInfo } from "./info.ts";

const namesMax = 20;

/** What a Sentinel says about the primary of that name, or about the only one that it watches. */
export async function takeSentinel(
  session: Session,
  sentinel: Address,
  name: string | undefined,
): Promise<{ readonly value: SentinelFacts } | { readonly reason: string }> {
  const listed = await session.ask("SENTINEL", "MASTERS");
  if (!listed.ok) return { reason: `SENTINEL MASTERS: ${listed.reason}` };
  const primaries = (Array.isArray(listed.reply) ? listed.reply : []).map(pairsOf);
  const names = primaries.map((primary) => primary.get("name") ?? "").slice(0, namesMax);
  const primaryName = name ?? names[0] ?? "mymaster";
  const known = primaries.find((primary) => primary.get("name") === primaryName);
  const quorum =
    known === undefined ? undefined : await session.ask("SENTINEL", "CKQUORUM", primaryName);
  const info = await session.ask("INFO", "sentinel");
  return {
    value: {
      at: formatAddress(sentinel),
      primaryName,
      primary:
        known === undefined
          ? undefined
          : { host: known.get("ip") ?? "", port: Number(known.get("port")) },
      names,
      flags: known?.get("flags")?.split(",") ?? [],
      quorum: numberOf(known?.get("quorum")),
      otherSentinels: numberOf(known?.get("num-other-sentinels")),
      replicas: numberOf(known?.get("num-slaves")),
      checkQuorum:
        quorum === undefined ? undefined : quorum.ok ? String(quorum.reply) : quorum.reason,
      tilt: info.ok && parseInfo(String(info.reply)).sentinel_tilt === "1",
      unanswered: [],
    },
  };
}

function pairsOf(reply: PlainReply): Map<string, string> {
  const items = Array.isArray(reply) ? reply.map(String) : [];
  const pairs = new Map<string, string>();
  for (let index = 0; index + 1 < items.length; index += 2) {
    pairs.set(items[index] ?? "", items[index + 1] ?? "");
  }
  return pairs;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
