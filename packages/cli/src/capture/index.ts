import { statSync } from "node:fs";
import { exitCodes } from "../failure.ts";
import { captureHelp } from "./help.ts";
import { type CaptureOptions, captureOptions, tcpdumpArguments } from "./options.ts";
import { type Recording, record } from "./tcpdump.ts";

const progressEveryMs = 500;

/**
 * `holdfast capture`: records Redis's packets with tcpdump.
 *
 * @returns 0 when something was recorded, also after Ctrl-C: the file is whole then.
 * @throws CommandError with exit code 2 for wrong use, 3 when tcpdump is missing or may not.
 */
export async function run(args: string[]): Promise<number> {
  const options = captureOptions(args);
  if (options === undefined) {
    process.stdout.write(captureHelp);
    return exitCodes.well;
  }
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  const stopProgress = showProgress(options);
  try {
    const recording = await record(
      tcpdumpArguments(options),
      options.seconds * 1000,
      interruption.signal,
    );
    stopProgress();
    process.stdout.write(summary(options, recording));
    return exitCodes.well;
  } finally {
    stopProgress();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

function summary({ file, ports }: CaptureOptions, { packets, dropped }: Recording): string {
  const lost = dropped > 0 ? `, ${dropped} more came too fast to be written` : "";
  const told = `${packets} ${packets === 1 ? "packet" : "packets"} in ${file}${lost}\n`;
  const hint =
    packets === 0
      ? `Nobody talked on port ${ports.join(", ")}: is it the right port, host and interface?\n`
      : `Next: holdfast doctor --pcap ${file}\n`;
  return told + hint;
}

/** How long it goes on and how much there is, on a terminal only. */
function showProgress({ file, ports, interfaceName, seconds }: CaptureOptions): () => void {
  const { stderr } = process;
  if (stderr.isTTY !== true) return () => undefined;
  const start = performance.now();
  const timer = setInterval(() => {
    const passed = Math.round((performance.now() - start) / 1000);
    const where = `port ${ports.join(", ")} on ${interfaceName}`;
    stderr.write(`\r\u001b[K${where}: ${passed} of ${seconds} s, ${sizeOf(file)}  (Ctrl-C ends)`);
  }, progressEveryMs);
  return () => {
    clearInterval(timer);
    stderr.write("\r\u001b[K");
  };
}

function sizeOf(file: string): string {
  try {
    return `${(statSync(file).size / 1e6).toFixed(1)} MB`;
  } catch {
    return "0 MB";
  }
}
