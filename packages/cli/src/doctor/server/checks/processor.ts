import type { Facts, SlowEntry } from "../facts.ts";
import {
  type Check,
  check,
  found,
  growth,
  milliseconds,
  numberIn,
  ourJudgement,
  passed,
  percent,
  plural,
  untold,
} from "./check.ts";
import { docs } from "./docs.ts";
import { redis, redisDoctor } from "./sources.ts";

/** Commands that look at everything, and so hold up everybody. */
const dangerous: ReadonlySet<string> = new Set(["KEYS", "SORT", "SMEMBERS", "FLUSHALL", "FLUSHDB"]);

export const processorChecks: readonly Check[] = [
  check({
    id: "cpu.engine",
    severity: "critical",
    reads: "INFO cpu: growth of used_cpu_*_main_thread between the samples",
    needs: ["samples"],
    limits: { critical: 90 },
    expected: ({ critical }) => `the main thread uses at most ${critical} % of a core`,
    fix: "SLOWLOG GET and INFO commandstats name the costly commands; spread keys over a cluster, or cache hot ones in the application",
    doc: docs.cpu,
    from: "Amazon ElastiCache",
    judge: (facts, { critical }) => {
      const share = mainThreadShare(facts);
      if (share === undefined) return untold("used_cpu_user, or there is no second sample");
      return share * 100 > critical
        ? found("critical", `the main thread used ${percent(share)} of a core`)
        : passed;
    },
  }),
  check({
    id: "cpu.eventloop",
    severity: "warning",
    reads: "INFO stats: growth of eventloop_duration_sum and eventloop_cycles (newer versions)",
    needs: ["samples"],
    limits: { warningMs: 10 },
    expected: ({ warningMs }) =>
      `a turn of the event loop takes at most ${warningMs} ms on average`,
    fix: "Look for slow commands (SLOWLOG GET) and for a machine without a free core",
    doc: docs.latency,
    from: ourJudgement,
    judge: (facts, { warningMs }) => {
      const cycles = growth(facts, "eventloop_cycles");
      const duration = growth(facts, "eventloop_duration_sum");
      if (cycles === undefined || duration === undefined) return untold("eventloop_cycles");
      const each = duration / Math.max(1, cycles) / 1000;
      return each > warningMs ? found("warning", `${milliseconds(each)} a turn`) : passed;
    },
  }),
  check({
    id: "slow.log",
    severity: "warning",
    reads: "SLOWLOG GET",
    needs: ["slowlog"],
    limits: { warningMs: 10 },
    expected: ({ warningMs }) => `no command took longer than ${warningMs} ms`,
    fix: "Rewrite the command (SCAN for KEYS, smaller ranges, UNLINK for DEL) or run it on a replica",
    doc: docs.slowlog,
    from: redis,
    judge: ({ slowlog = [] }, { warningMs }) => {
      const slow = slowlog.filter(({ durationMs }) => durationMs > warningMs);
      const worst = slow.reduce<(typeof slow)[number] | undefined>(
        (most, entry) => (entry.durationMs > (most?.durationMs ?? 0) ? entry : most),
        undefined,
      );
      if (worst === undefined) return passed;
      const took = milliseconds(worst.durationMs);
      const when = new Date(worst.at).toISOString();
      return found(
        "warning",
        `${plural(slow.length, "slow command")}; ${worst.command} took ${took} at ${when}`,
      );
    },
  }),
  check({
    id: "slow.off",
    severity: "warning",
    reads: "CONFIG: slowlog-log-slower-than, slowlog-max-len",
    needs: ["config"],
    limits: { largestMs: 1000 },
    expected: ({ largestMs }) => `commands from at most ${largestMs} ms on are logged`,
    fix: "holdfast doctor --enable-slowlog 100, or: CONFIG SET slowlog-log-slower-than 100000",
    doc: docs.slowlog,
    from: redisDoctor,
    judge: ({ config }, { largestMs }) => {
      const slower = numberIn(config, "slowlog-log-slower-than");
      const length = numberIn(config, "slowlog-max-len");
      if (slower === undefined) return untold("slowlog-log-slower-than");
      if (slower < 0 || length === 0) return found("warning", "the slow log is off");
      if (slower <= largestMs * 1000) return passed;
      return found("warning", `only commands over ${milliseconds(slower / 1000)} are logged`);
    },
  }),
  check({
    id: "slow.dangerous",
    severity: "critical",
    reads: "SLOWLOG GET; INFO commandstats: KEYS, SORT, SMEMBERS, FLUSHALL, FLUSHDB",
    needs: ["samples"],
    limits: { criticalMs: 10 },
    expected: ({ criticalMs }) =>
      `none of them has run; critical where one took longer than ${criticalMs} ms`,
    fix: "SCAN, SSCAN or a set of your own keys in place of KEYS and SMEMBERS; ACL SETUSER app -@dangerous keeps them out",
    doc: docs.scan,
    from: redisDoctor,
    judge: (facts, { criticalMs }) => {
      const logged = dangerousInSlowlog(facts).filter(({ durationMs }) => durationMs > criticalMs);
      const slowest = logged.sort((a, b) => b.durationMs - a.durationMs)[0];
      if (slowest !== undefined) {
        return found(
          "critical",
          `${slowest.command} held the server for ${milliseconds(slowest.durationMs)}`,
        );
      }
      const ran = dangerousCalls(facts);
      if (ran.length === 0) return passed;
      const list = ran.map(({ command, calls }) => `${command} ${calls} times`).join(", ");
      return found("warning", `${list} since the server started`);
    },
  }),
  check({
    id: "slow.script",
    severity: "critical",
    reads: "the reply BUSY; SLOWLOG GET: EVAL, EVALSHA, FCALL",
    needs: ["login"],
    limits: { criticalMs: 5000 },
    expected: ({ criticalMs }) => `no script runs longer than ${criticalMs} ms`,
    fix: "SCRIPT KILL (FUNCTION KILL) ends one that has written nothing; then make it do less at once",
    doc: docs.latency,
    from: redis,
    judge: ({ login, slowlog = [] }, { criticalMs }) => {
      if (login?.outcome === "busy") return found("critical", login.text ?? "BUSY");
      const scripts = slowlog.filter(
        ({ command, durationMs }) => /^(EVAL|FCALL)/.test(command) && durationMs > criticalMs,
      );
      const [first] = scripts;
      if (first === undefined) return passed;
      return found(
        "critical",
        `${plural(scripts.length, "slow script")}; one took ${milliseconds(first.durationMs)}`,
      );
    },
  }),
];

/** Of one core, between the samples. */
export function mainThreadShare(facts: Facts): number | undefined {
  const elapsedMs = facts.samples?.elapsedMs ?? 0;
  // Before Redis 7 only the whole process is counted.
  const main = [
    growth(facts, "used_cpu_user_main_thread"),
    growth(facts, "used_cpu_sys_main_thread"),
  ];
  const whole = [growth(facts, "used_cpu_user"), growth(facts, "used_cpu_sys")];
  const [user, system] = main[0] === undefined ? whole : main;
  // A share of a shorter time would tell nothing.
  if (user === undefined || system === undefined || elapsedMs < 100) return undefined;
  return ((user + system) * 1000) / elapsedMs;
}

export function dangerousInSlowlog({ slowlog = [] }: Facts): readonly SlowEntry[] {
  return slowlog.filter(({ command }) => dangerous.has(command));
}

export function dangerousCalls(
  facts: Facts,
): readonly { readonly command: string; readonly calls: number }[] {
  const info = facts.samples?.second ?? facts.samples?.first;
  return [...dangerous].flatMap((command) => {
    const stats = info?.[`cmdstat_${command.toLowerCase()}`];
    const calls = Number(/calls=(\d+)/.exec(stats ?? "")?.[1] ?? 0);
    return calls === 0 ? [] : [{ command, calls }];
  });
}
