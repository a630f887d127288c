import { execFile } from "node:child_process";
import type { HostFacts } from "../../facts.ts";

const timeoutMs = 1_000;
const killsMax = 5;

/** What the kernel's log says about a Redis that it killed for memory; undefined where it may not be read. */
export async function oomKills(signal: AbortSignal): Promise<HostFacts["oomKills"]> {
  const text = await new Promise<string | undefined>((resolve) => {
    const options = { timeout: timeoutMs, maxBuffer: 8 * 1024 * 1024, signal };
    execFile("dmesg", ["--time-format", "iso"], options, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
  return text === undefined ? undefined : parseKills(text);
}

export function parseKills(log: string): NonNullable<HostFacts["oomKills"]> {
  return log
    .split("\n")
    .filter((line) =>
      /(out of memory|oom.kill).*\((redis|valkey)-server\)|killed process.*\((redis|valkey)-server\)/i.test(
        line,
      ),
    )
    .slice(-killsMax)
    .map((line) => {
      const [stamp = ""] = line.split(" ", 1);
      const at = Date.parse(stamp.replace(",", "."));
      const text = (Number.isNaN(at) ? line : line.slice(stamp.length)).trim().slice(0, 200);
      return { text, at: Number.isNaN(at) ? undefined : at };
    });
}
