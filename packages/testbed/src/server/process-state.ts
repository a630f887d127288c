import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { pause } from "../clock.ts";
import { TestbedError } from "../errors.ts";

const run = promisify(execFile);
const POLL_MS = 2;
const STOP_TIMEOUT_MS = 5_000;

/** One letter as `ps` shows it (`R`, `S`, `T` for stopped); undefined when there is no such process. */
export async function processState(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    try {
      const line = await readFile(`/proc/${pid}/stat`, "utf8");
      // The program's name stands in brackets and may itself contain brackets and spaces.
      return line.slice(line.lastIndexOf(")") + 2)[0];
    } catch {
      return undefined;
    }
  }
  try {
    const { stdout } = await run("ps", ["-o", "state=", "-p", String(pid)]);
    return stdout.trim()[0];
  } catch {
    return undefined;
  }
}

/**
 * Waits until SIGSTOP or SIGCONT has taken effect: a signal is delivered some time after `kill`
 * returns, and a fault that is not there yet would be counted as survived.
 *
 * @throws TestbedError `TIMEOUT` after 5 s; `CLOSED` when the process has ended.
 */
export async function waitUntilStopped(pid: number, stopped: boolean): Promise<void> {
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const state = await processState(pid);
    if (state === undefined || state === "Z") {
      throw new TestbedError("CLOSED", `process ${pid} has ended`);
    }
    if ((state === "T") === stopped) return;
    await pause(POLL_MS);
  }
  throw new TestbedError(
    "TIMEOUT",
    `process ${pid} did not ${stopped ? "stop" : "go on"} in ${STOP_TIMEOUT_MS} ms`,
  );
}
