import { takeSentinel } from "./collect/sentinel.ts";
import type { Facts, SentinelFacts } from "./facts.ts";
import { gather } from "./gather.ts";
import { type Climb, climb } from "./ladder/climb.ts";
import type { Settings } from "./options.ts";
import { Session } from "./session.ts";
import { type Address, formatAddress, type Target } from "./target.ts";

/** Finds the server that the URL means, through Sentinels where it names some, and examines it. */
export async function discover(target: Target, settings: Settings): Promise<Facts> {
  const [first = { host: "localhost", port: 0 }] = target.addresses;
  if (target.kind === "sentinel") return throughSentinels(target, settings);
  const facts = await gather(target, first, settings);
  const mode = facts.samples?.first.redis_mode;
  if (mode === "sentinel") return throughSentinels({ ...target, kind: "sentinel" }, settings);
  return { ...facts, missing: { sentinel: "the URL names no Sentinel", ...facts.missing } };
}

async function throughSentinels(target: Target, settings: Settings): Promise<Facts> {
  const asked: { readonly address: Address; readonly reason: string }[] = [];
  let sentinel: SentinelFacts | undefined;
  for (const address of target.addresses) {
    settings.onProgress({ step: `asking the Sentinel ${formatAddress(address)}` });
    const answer = await askSentinel(target, address, settings);
    if ("value" in answer) sentinel ??= answer.value;
    else asked.push({ address, reason: answer.reason });
  }
  const primary = sentinel?.primary;
  if (sentinel === undefined || primary === undefined) {
    // What can be said is how far the first Sentinel could be climbed.
    const [first = { host: "localhost", port: 0 }] = target.addresses;
    const facts = await gather({ ...target, password: undefined }, first, settings);
    const reason = asked[0]?.reason ?? "no Sentinel answered";
    return { ...facts, sentinel, missing: { sentinel: reason, ...facts.missing } };
  }
  const unanswered = asked.map(({ address, reason }) => `${formatAddress(address)} (${reason})`);
  const facts = await gather(target, primary, settings);
  return { ...facts, sentinel: { ...sentinel, unanswered } };
}

/** Most Sentinels want no password; one that does is likely to want the servers' own. */
async function askSentinel(
  target: Target,
  address: Address,
  settings: Settings,
): Promise<{ readonly value: SentinelFacts } | { readonly reason: string }> {
  let climbed = await climb({ ...target, password: undefined }, address, settings);
  if (climbed.login?.outcome === "auth-refused" && target.password !== undefined) {
    climbed.connection?.close();
    climbed = await climb(target, address, settings);
  }
  if (climbed.connection === undefined || climbed.login?.outcome !== "ready") {
    climbed.connection?.close();
    return { reason: reasonOf(climbed) };
  }
  const session = new Session(climbed.connection, settings, async () => undefined);
  try {
    return await takeSentinel(session, address, target.primaryName);
  } finally {
    session.close();
  }
}

function reasonOf({ dns, connects, login, tls }: Climb): string {
  const failed = connects?.find(({ outcome }) => outcome !== "connected");
  return (
    dns?.error ?? login?.text ?? login?.outcome ?? tls?.error ?? failed?.outcome ?? "no connection"
  );
}
