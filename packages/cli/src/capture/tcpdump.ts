import { type ChildProcess, spawn } from "node:child_process";
import { unreachableError } from "../failure.ts";

/** How a recording ended. */
export interface Recording {
  readonly packets: number;
  /** Packets that came faster than they could be written. */
  readonly dropped: number;
}

/** After the wish to end, tcpdump has this long before it is killed. */
const endWithinMs = 10_000;
const maxErrorCharacters = 16_384;

/**
 * Records until the time is over, tcpdump ends, or `signal` is aborted; each time the file is whole.
 *
 * @throws CommandError with exit code 3 when tcpdump is missing or refuses, with what it needs.
 */
export async function record(
  args: readonly string[],
  durationMs: number,
  signal: AbortSignal,
): Promise<Recording> {
  const child = spawn("tcpdump", args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-maxErrorCharacters);
  });
  const end = (): void => endChild(child);
  const timer = setTimeout(end, durationMs);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  try {
    const code = await exitOf(child);
    if (code !== 0) throw refusal(errors);
    return countsOf(errors);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

function endChild(child: ChildProcess): void {
  child.kill("SIGINT");
  const killer = setTimeout(() => child.kill("SIGKILL"), endWithinMs);
  child.once("close", () => clearTimeout(killer));
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") reject(unreachableError(`tcpdump: ${error.message}`));
      else reject(unreachableError(missing));
    });
    child.once("close", (code, killedBy) => {
      // Before tcpdump listens for it, the signal ends it as it would end anyone.
      resolve(killedBy === "SIGINT" ? 0 : code);
    });
  });
}

const missing =
  "tcpdump is not installed: apt-get install tcpdump, dnf install tcpdump, apk add tcpdump or brew install tcpdump";

function refusal(errors: string): Error {
  const line = errors
    .split("\n")
    .map((text) => text.replace(/^tcpdump: /, "").trim())
    .filter((text) => text !== "" && !/^(listening on|verbose output)/.test(text))
    .at(0);
  const said = line === undefined ? "it gave no reason" : line;
  if (
    /permission|not permitted|socket: /i.test(errors) &&
    !/\.pcap|: Permission denied$/.test(said)
  ) {
    return unreachableError(
      `tcpdump may not capture (${said}): run it as root (sudo), or sudo setcap cap_net_raw,cap_net_admin=eip "$(command -v tcpdump)", or in a container --cap-add NET_RAW`,
    );
  }
  return unreachableError(`tcpdump refused: ${said}`);
}

function countsOf(errors: string): Recording {
  const count = (pattern: RegExp): number => Number(pattern.exec(errors)?.[1] ?? 0);
  return {
    packets: count(/(\d+) packets? captured/),
    dropped: count(/(\d+) packets? dropped by kernel/),
  };
}
