/** One program of the documentation: a fenced block, with the blocks that continue it. */
export interface Snippet {
  readonly file: string;
  /** The line of the first fence, from 1. */
  readonly line: number;
  /** Whether it is run, or compiled only. */
  readonly runs: boolean;
  readonly code: string;
  /** The line in `file` that each line of `code` came from. */
  readonly lines: readonly number[];
}

interface Fence {
  readonly line: number;
  readonly words: readonly string[];
  readonly body: readonly Numbered[];
  readonly setUp: readonly Numbered[];
}

interface Numbered {
  readonly text: string;
  readonly line: number;
}

const known = new Set(["continued", "no-run"]);

/**
 * The TypeScript programs of a Markdown page. After the fence's `ts` may stand `continued` (the
 * block goes on where the one before it ended) and `no-run` (it needs what a test does not have, so
 * it is compiled only). A comment `<!-- snippet: CODE -->` before a fence is code that the program
 * needs and the reader does not.
 *
 * @throws {Error} When a fence is never closed, or says something unknown, naming file and line.
 */
export function snippetsOf(file: string, markdown: string): readonly Snippet[] {
  const snippets: Snippet[] = [];
  for (const fence of fencesOf(file, markdown)) {
    const words = fence.words.slice(1);
    const unknown = words.find((word) => !known.has(word));
    if (unknown !== undefined) {
      throw new Error(`${file}:${fence.line}: unknown word after the fence: ${unknown}`);
    }
    const own = [...fence.setUp, ...fence.body];
    const before = words.includes("continued") ? snippets.pop() : undefined;
    if (words.includes("continued") && before === undefined) {
      throw new Error(`${file}:${fence.line}: nothing to continue`);
    }
    snippets.push({
      file,
      line: before?.line ?? fence.line,
      runs: (before?.runs ?? true) && !words.includes("no-run"),
      code: [...(before === undefined ? [] : [before.code]), ...own.map(({ text }) => text)].join(
        "\n",
      ),
      lines: [...(before?.lines ?? []), ...own.map(({ line }) => line)],
    });
  }
  return snippets;
}

function fencesOf(file: string, markdown: string): readonly Fence[] {
  const fences: Fence[] = [];
  const lines = markdown.split("\n").map((text, at) => ({ text, line: at + 1 }));
  let setUp: readonly Numbered[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const { text = "", line = 0 } = lines[at] ?? {};
    const comment = /^\s*<!-- snippet:/.test(text);
    const opening = /^(\s*)(```+)(.*)$/.exec(text);
    if (!comment && opening === null) {
      if (text.trim() !== "") setUp = [];
      continue;
    }
    const isEnd = comment ? endsComment : endOfFence(opening?.[2] ?? "```");
    const from = comment ? at : at + 1;
    const length = lines.slice(from).findIndex((each) => isEnd(each.text));
    if (length < 0) throw new Error(`${file}:${line}: this is never closed`);
    const body = lines.slice(from, from + length + (comment ? 1 : 0));
    at = from + length;
    if (comment) {
      setUp = [...setUp, ...body.map(withoutCommentMarks)];
      continue;
    }
    const words = (opening?.[3] ?? "").trim().split(/\s+/);
    if (words[0] === "ts") fences.push({ line, words, body, setUp });
    setUp = [];
  }
  return fences;
}

function endsComment(text: string): boolean {
  return text.trimEnd().endsWith("-->");
}

function endOfFence(marks: string): (text: string) => boolean {
  return (text) => text.trim() === marks;
}

function withoutCommentMarks({ text, line }: Numbered): Numbered {
  return { text: text.replace(/^\s*<!-- snippet:/, "").replace(/-->\s*$/, ""), line };
}
