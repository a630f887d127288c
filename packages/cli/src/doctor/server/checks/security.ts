import type { Facts } from "../facts.ts";
import {
  type Check,
  check,
  found,
  growth,
  ourJudgement,
  passed,
  plural,
  skip,
  untold,
} from "./check.ts";
import { docs } from "./docs.ts";
import { redis, redisDoctor } from "./sources.ts";

const dayMs = 86_400_000;

export const securityChecks: readonly Check[] = [
  check({
    id: "sec.noauth",
    severity: "critical",
    reads: "a PING without a password; CONFIG: bind, protected-mode",
    needs: ["login"],
    limits: {},
    expected: () => "only who knows the password gets in",
    fix: "ACL SETUSER default on >PASSWORD, or requirepass in redis.conf; bind 127.0.0.1 where nobody else needs it",
    doc: docs.security,
    from: redisDoctor,
    judge: (facts) => {
      const open = facts.login?.openToAll;
      if (open === undefined) return skip("it was not tried, as no command was answered");
      if (!open) return passed;
      if (isExposed(facts)) {
        return found(
          "critical",
          "anybody who reaches it from outside this host gets in without a password",
        );
      }
      return found("information", "no password is needed; it is reachable from its own host only");
    },
  }),
  check({
    id: "sec.denied",
    severity: "warning",
    reads:
      "INFO stats: acl_access_denied_* (newer versions); INFO errorstats: NOAUTH, WRONGPASS, NOPERM",
    needs: ["samples"],
    limits: { warning: 0 },
    expected: () => "nobody is refused",
    fix: "ACL LOG says who was refused what; correct the application's user or password",
    doc: docs.acl,
    from: redis,
    judge: (facts, { warning }) => {
      const now = ["auth", "cmd", "key", "channel"].reduce(
        (sum, kind) => sum + (growth(facts, `acl_access_denied_${kind}`) ?? 0),
        0,
      );
      if (now > warning) return found("warning", `${now} times refused meanwhile`);
      const since = deniedReplies(facts);
      if (since.length === 0) return passed;
      const list = since.map(({ prefix, count }) => `${prefix} ${count} times`).join(", ");
      return found("information", `${list} since the server started`);
    },
  }),
  check({
    id: "sec.protected",
    severity: "critical",
    reads: "the reply DENIED; CONFIG: protected-mode, bind",
    needs: ["login"],
    limits: {},
    expected: () => "protected mode is on, and does not stand in a client's way",
    fix: "Set a password (ACL SETUSER default on >PASSWORD) and bind to the address that clients use; do not just turn protected mode off",
    doc: docs.security,
    from: redis,
    judge: (facts) => {
      const { login, config } = facts;
      if (login?.outcome === "denied") {
        return found("critical", "protected mode refuses every client from another host");
      }
      const off = config?.["protected-mode"] === "no";
      if (off && login?.openToAll === true && isExposed(facts)) {
        return found(
          "critical",
          "protected mode is off, there is no password, and it listens beyond loopback",
        );
      }
      return passed;
    },
  }),
  check({
    id: "tls.mode",
    severity: "critical",
    reads: "the first bytes of either side",
    needs: ["connects"],
    limits: {},
    expected: () => "both sides speak TLS, or neither does",
    fix: "redis:// for a plain port and rediss:// for a TLS port; TLS is tls: true in node-redis' socket, tls: {} in ioredis, ssl=True in redis-py",
    doc: docs.encryption,
    from: ourJudgement,
    judge: ({ mismatch, tls }) => {
      if (mismatch === "server-speaks-tls") {
        return found("critical", "the server speaks TLS, and the URL says redis://");
      }
      if (mismatch === "server-speaks-plain") {
        return found("critical", "the server speaks plain RESP, and the URL says rediss://");
      }
      if (tls !== undefined && tls.outcome !== "established") {
        return found("critical", `the TLS handshake fails: ${tls.error ?? tls.outcome}`);
      }
      return passed;
    },
  }),
  check({
    id: "tls.expiry",
    severity: "critical",
    reads: "the server's certificate",
    needs: ["tls"],
    limits: { warningDays: 30, criticalDays: 7 },
    expected: ({ warningDays, criticalDays }) =>
      `valid for at least ${warningDays} days more (critical below ${criticalDays})`,
    fix: "Renew the certificate; CONFIG SET tls-cert-file PATH loads it without a restart",
    doc: docs.encryption,
    from: ourJudgement,
    judge: ({ tls, examinedAt }, { warningDays, criticalDays }) => {
      if (tls?.validTo === undefined) return untold("a certificate");
      const days = (tls.validTo - examinedAt) / dayMs;
      const until = new Date(tls.validTo).toISOString();
      if (days < 0) return found("critical", `it expired on ${until}`);
      if ((tls.validFrom ?? 0) > examinedAt) return found("critical", "it is not valid yet");
      const observed = `it expires on ${until}, in ${plural(Math.floor(days), "day")}`;
      if (days < criticalDays) return found("critical", observed);
      return days < warningDays ? found("warning", observed) : passed;
    },
  }),
  check({
    id: "tls.trust",
    severity: "warning",
    reads: "the server's certificate: who signed it, and for which name",
    needs: ["tls"],
    limits: {},
    expected: () => "a trusted authority signed it, for the name in the URL",
    fix: "Give the authority's certificate (--ca FILE here, ca in the client's TLS options), and use a name that the certificate has",
    doc: docs.encryption,
    from: ourJudgement,
    judge: ({ tls }) => {
      if (tls?.outcome !== "established") return skip("the handshake fails");
      return tls.untrusted === undefined ? passed : found("warning", tls.untrusted);
    },
  }),
  check({
    id: "ver.cve",
    severity: "critical",
    reads: "INFO server: redis_version, valkey_version",
    needs: ["samples"],
    limits: {},
    expected: () =>
      "a version with the fix of CVE-2025-49844 (7.2.11, 7.4.6, 8.0.4, 8.2.2; Valkey 7.2.11, 8.0.6, 8.1.4)",
    fix: "Upgrade; until then: ACL SETUSER … -eval -evalsha -eval_ro -evalsha_ro -fcall -fcall_ro",
    doc: "https://redis.io/blog/security-advisory-cve-2025-49844/",
    from: "the vendor's advisory",
    judge: (facts) => {
      const info = facts.samples?.second ?? facts.samples?.first;
      const valkey = info?.valkey_version;
      const version = valkey ?? info?.redis_version;
      if (version === undefined) return untold("redis_version");
      if (isFixed(version, valkey !== undefined)) return passed;
      // Distributions mend old versions without a new number, and who gets in matters more than the number.
      const severity = isExposed(facts) && facts.login?.openToAll === true ? "critical" : "warning";
      return found(
        severity,
        `${valkey === undefined ? "Redis" : "Valkey"} ${version} lets a client's Lua script leave its sandbox, unless the packager has mended it`,
      );
    },
  }),
];

/** The first release of each line that has the fix of CVE-2025-49844. */
const fixedIn: Readonly<
  Record<"redis" | "valkey", readonly (readonly [number, number, number])[]>
> = {
  redis: [
    [6, 2, 20],
    [7, 2, 11],
    [7, 4, 6],
    [8, 0, 4],
    [8, 2, 2],
  ],
  valkey: [
    [7, 2, 11],
    [8, 0, 6],
    [8, 1, 4],
  ],
};

/** Whether a version has the fix: in its own line, or by coming after all lines that needed it. */
export function isFixed(version: string, valkey: boolean): boolean {
  const [major = 0, minor = 0, patch = 0] = version
    .split(".")
    .map((part) => Number.parseInt(part, 10) || 0);
  const lines = fixedIn[valkey ? "valkey" : "redis"];
  const line = lines.find(([a, b]) => a === major && b === minor);
  if (line !== undefined) return patch >= line[2];
  const [lastMajor, lastMinor] = lines.at(-1) ?? [0, 0];
  return major > lastMajor || (major === lastMajor && minor > lastMinor);
}

/** Whether it can be reached from another host: by what it binds to, else by where we found it. */
export function isExposed({ config, target }: Facts): boolean {
  if (!target.loopback) return true;
  const bind = config?.bind;
  if (bind === undefined) return false;
  const addresses = bind.split(" ").map((address) => address.replace(/^-/, ""));
  const beyond =
    bind.trim() === "" || addresses.some((each) => !/^(127\.|::1$|localhost$)/.test(each));
  // Protected mode lets nobody in from elsewhere while there is no password.
  return beyond && config?.["protected-mode"] === "no";
}

/** Refusals since the start, without those that the doctor itself has caused. */
export function deniedReplies(
  facts: Facts,
): readonly { readonly prefix: string; readonly count: number }[] {
  return ["NOAUTH", "WRONGPASS", "NOPERM"].flatMap((prefix) => {
    const count = errorReplies(facts, prefix);
    return count > 0 ? [{ prefix, count }] : [];
  });
}

/** How often the server has replied with such an error since it started, to others than us. */
export function errorReplies(facts: Facts, prefix: string): number {
  const info = facts.samples?.second ?? facts.samples?.first;
  const count = Number(/count=(\d+)/.exec(info?.[`errorstat_${prefix}`] ?? "")?.[1] ?? 0);
  return Math.max(0, count - (facts.ownErrors[prefix] ?? 0));
}

/** By how much that has grown between the samples. */
export function errorGrowth({ samples }: Facts, prefix: string): number {
  const count = (info: Readonly<Record<string, string>> | undefined): number =>
    Number(/count=(\d+)/.exec(info?.[`errorstat_${prefix}`] ?? "")?.[1] ?? 0);
  return samples?.second === undefined
    ? 0
    : Math.max(0, count(samples.second) - count(samples.first));
}
