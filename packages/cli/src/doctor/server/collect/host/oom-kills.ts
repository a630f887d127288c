import { execFile } from "node:child_process";
import type { OomKill } from "../../facts.ts";

const timeoutMs = 1_000;
const killsMax = 5;

/** What the kernel's log says about Redis processes that it killed for memory; undefined where it may not be read. */
export async function oomKills(signal: AbortSignal): Promise<readonly OomKill[] | undefined> {
  const text = await new Promise<string | undefined>((resolve) => {
    const options = { timeout: timeoutMs, maxBuffer: 8 * 1024 * 1024, signal };
    execFile("dmesg", ["--time-format", "iso"], options, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
  return text === undefined ? undefined : parseKills(text);
}

/** The kernel writes a line with the cgroup, and after it a line with the process and its size. */
export function parseKills(log: string): readonly OomKill[] {
  const cgroups = new Map<string, string>();
  const kills: OomKill[] = [];
  for (const line of log.split("\n")) {
    const [, cgroup, task] = /oom-kill:.*task_memcg=([^,]*),task=[^,]*,pid=(\d+)/.exec(line) ?? [];
    if (cgroup !== undefined && task !== undefined) cgroups.set(task, cgroup);
    const [, pid] = /killed process (\d+) \((?:redis|valkey)-server\)/i.exec(line) ?? [];
    if (pid === undefined) continue;
    const [stamp = ""] = line.split(" ", 1);
    const at = Date.parse(stamp.replace(",", "."));
    const text = (Number.isNaN(at) ? line : line.slice(stamp.length)).trim().slice(0, 200);
    kills.push({ text, at: Number.isNaN(at) ? undefined : at, cgroup: cgroups.get(pid) });
  }
  return kills.slice(-killsMax);
}
