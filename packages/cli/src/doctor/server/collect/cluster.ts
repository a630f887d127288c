import type { ClusterFacts, ClusterNode } from "../facts.ts";
import type { Session } from "../session.ts";
import type { Address } from "../target.ts";
import { parseInfo } from "./info.ts";

const answersMax = 16;
const nodesMax = 1_000;

/** How another node answers: "PONG", or what is wrong. */
export type AskNode = (address: Address) => Promise<string>;

/** CLUSTER INFO and NODES, and whether the other nodes answer from here. */
export async function takeCluster(
  session: Session,
  askNode: AskNode,
): Promise<{ readonly value: ClusterFacts } | { readonly reason: string }> {
  const info = await session.ask("CLUSTER", "INFO");
  if (!info.ok) return { reason: `CLUSTER INFO: ${info.reason}` };
  const listed = await session.ask("CLUSTER", "NODES");
  const nodes = listed.ok ? parseNodes(String(listed.reply)) : [];
  const others = nodes.filter(
    ({ flags }) => !flags.includes("myself") && !flags.includes("noaddr"),
  );
  const answers = await Promise.all(
    others.slice(0, answersMax).map(async ({ address }) => ({
      node: `${address.host}:${address.port}`,
      answer: await askNode(address),
    })),
  );
  return { value: { info: parseInfo(String(info.reply)), nodes, answers } };
}

/** The lines of CLUSTER NODES. */
export function parseNodes(text: string): ClusterNode[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, nodesMax)
    .map((line) => {
      const [id = "", place = "", flags = "", primary = "", , , , link = "", ...slots] = line
        .trim()
        .split(" ");
      return {
        id,
        address: addressOf(place),
        flags: flags.split(","),
        primaryId: primary === "-" ? undefined : primary,
        linkUp: link === "connected",
        slots: slots.reduce((sum, range) => sum + slotsIn(range), 0),
        openSlots: slots.filter((range) => range.startsWith("[")).length,
      };
    });
}

/** `ip:port@bus,hostname`. */
function addressOf(place: string): Address {
  const [address = ""] = place.split("@");
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

function slotsIn(range: string): number {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
  return from === undefined ? 0 : Number(to) - Number(from) + 1;
}
