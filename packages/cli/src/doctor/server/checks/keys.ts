import type { KeyFacts } from "../facts.ts";
import {
  bytes,
  type Check,
  check,
  found,
  latest,
  ourJudgement,
  passed,
  percent,
  skip,
  untold,
} from "./check.ts";
import { docs } from "./docs.ts";

export const keyChecks: readonly Check[] = [
  check({
    id: "key.big",
    severity: "warning",
    reads: "MEMORY USAGE and lengths of up to 200 keys from SCAN",
    needs: ["keys"],
    limits: { stringKilobytes: 100, elements: 5000 },
    expected: ({ stringKilobytes, elements }) =>
      `strings of at most ${stringKilobytes} KB, and at most ${elements} elements in a collection`,
    fix: "redis-cli --bigkeys names them; split the key, and UNLINK in place of DEL",
    doc: docs.memory,
    from: "RedisInsight",
    judge: ({ keys }, { stringKilobytes, elements }) => {
      const big = (keys?.largest ?? []).filter((key) =>
        key.type === "string" ? key.bytes > stringKilobytes * 1024 : (key.elements ?? 0) > elements,
      );
      const [worst] = big;
      if (worst === undefined) return passed;
      return found("warning", `${describeKey(worst)}, of ${keys?.sampled} keys sampled`);
    },
  }),
  check({
    id: "key.hot",
    severity: "warning",
    reads: "how often each key is asked for: only a packet capture tells it without MONITOR",
    needs: [],
    limits: { share: 30 },
    expected: ({ share }) => `no key gets more than ${share} % of the commands`,
    fix: "Cache it in the application's memory",
    doc: docs.latency,
    from: ourJudgement,
    judge: () => skip("the server does not tell it; redis-cli --hotkeys does with an LFU policy"),
  }),
  check({
    id: "key.hitrate",
    severity: "information",
    reads: "INFO stats: keyspace_hits, keyspace_misses",
    needs: ["samples"],
    limits: { information: 80, least: 1000 },
    expected: ({ information, least }) =>
      `at least ${information} % of the look-ups hit (from ${least} on)`,
    fix: "Longer TTLs, more memory, or a cache of what is not there",
    doc: docs.info,
    from: "Redis's observability guide",
    judge: (facts, { information, least }) => {
      const hits = latest(facts, "keyspace_hits");
      const misses = latest(facts, "keyspace_misses");
      if (hits === undefined || misses === undefined) return untold("keyspace_hits");
      const all = hits + misses;
      if (all < least || (hits / all) * 100 >= information) return passed;
      return found("information", `${percent(hits / all)} of ${all} look-ups hit`);
    },
  }),
];

function describeKey({ digest, type, bytes: size, elements }: KeyFacts["largest"][number]): string {
  const count = elements === undefined ? "" : ` with ${elements} elements`;
  return `a ${type}${count} of ${bytes(size)} (SHA-256 of its name begins ${digest})`;
}
