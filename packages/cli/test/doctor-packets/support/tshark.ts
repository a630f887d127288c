import { execFileSync, spawnSync } from "node:child_process";
import { Examination } from "../../../src/doctor/packets/examination.ts";
import { readCapture } from "../../../src/doctor/packets/file/read-capture.ts";
import { anyRetransmission, type Mark, marks } from "../../../src/doctor/packets/tcp/marks.ts";

/** The frames that have a mark, of every mark. */
export type MarkedFrames = Readonly<Record<Mark, readonly number[]>>;

const names = Object.keys(marks) as Mark[];

/** `spuriousRetransmission` is `tcp.analysis.spurious_retransmission`. */
const fieldOf = (mark: Mark): string =>
  `tcp.analysis.${mark.replace("acked", "ack").replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;

export const hasTshark: boolean = spawnSync("tshark", ["--version"]).status === 0;

/** What tshark marks in a capture. */
export function tsharkMarks(file: string): MarkedFrames {
  const fields = names.flatMap((mark) => ["-e", fieldOf(mark)]);
  const args = ["-n", "-r", file, "-Y", "tcp.analysis.flags", "-T", "fields", "-e", "frame.number"];
  const lines = execFileSync("tshark", [...args, ...fields], {
    encoding: "utf8",
    maxBuffer: 1024 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  }).split("\n");
  const rows = lines.filter((line) => line !== "").map((line) => line.split("\t"));
  return framesBy((mark) => {
    const column = names.indexOf(mark) + 1;
    return rows.filter((row) => (row[column] ?? "") !== "").map(([frame]) => Number(frame));
  });
}

/** What we mark in it. Fast and spurious retransmissions are retransmissions, as tshark has it. */
export async function ourMarks(file: string): Promise<MarkedFrames> {
  const marked: { frame: number; found: number }[] = [];
  const examination = new Examination([6379], ({ frame }, found) => {
    const isAny = (found & anyRetransmission) !== 0;
    if (found !== 0) marked.push({ frame, found: isAny ? found | marks.retransmission : found });
  });
  examination.beginFile(file);
  await readCapture(file, examination, () => undefined, undefined);
  examination.endFile();
  return framesBy((mark) =>
    marked.filter(({ found }) => (found & marks[mark]) !== 0).map(({ frame }) => frame),
  );
}

function framesBy(frames: (mark: Mark) => readonly number[]): MarkedFrames {
  return Object.fromEntries(names.map((mark) => [mark, frames(mark)])) as unknown as MarkedFrames;
}
