import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startRedis } from "@holdfast/testbed";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Programs, writePrograms } from "./support/programs.ts";
import { snippetsOf } from "./support/snippets.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const pages = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
  { cwd: root, encoding: "utf8" },
)
  .split("\n")
  .filter((file) => file !== "" && !/(^|\/)(CHANGELOG\.md$|\.changeset\/)|^etc\//.test(file));

describe("snippetsOf", () => {
  const fence = "```";

  it("takes the TypeScript fences, with the lines that they came from", () => {
    const page = `# A\n\n${fence}ts\nconst a = 1;\n${fence}\n\n${fence}json\n{}\n${fence}\n`;
    expect(snippetsOf("a.md", page)).toEqual([
      { file: "a.md", line: 3, runs: true, code: "const a = 1;", lines: [4] },
    ]);
  });

  it("joins what continues, which runs only if all of it does", () => {
    const page = `${fence}ts\na();\n${fence}\ntext\n${fence}ts continued no-run\nb();\n${fence}`;
    expect(snippetsOf("a.md", page)).toMatchObject([
      { line: 1, runs: false, code: "a();\nb();", lines: [2, 6] },
    ]);
  });

  it("puts a snippet comment's code before the fence that follows it, and no other", () => {
    const comment = "<!-- snippet: let a = 1;\nlet b = 2; -->";
    const page = `${comment}\n\n${fence}ts\nc();\n${fence}\n${comment}\ntext\n${fence}ts\nd();\n${fence}`;
    const [first, second] = snippetsOf("a.md", page);
    expect(first?.code).toBe(" let a = 1;\nlet b = 2; \nc();");
    expect(first?.lines).toEqual([1, 2, 5]);
    expect(second?.code).toBe("d();");
  });

  it("does not take a fence inside a longer one for a snippet", () => {
    expect(snippetsOf("a.md", `${fence}\`\n${fence}ts\nx\n${fence}\n${fence}\``)).toEqual([]);
  });

  it.each([
    [`${fence}ts\nx`, "a.md:1: this is never closed"],
    [`${fence}ts sometimes\nx\n${fence}`, "a.md:1: unknown word after the fence: sometimes"],
    [`${fence}ts continued\nx\n${fence}`, "a.md:1: nothing to continue"],
  ])("refuses %j", (page, message) => {
    expect(() => snippetsOf("a.md", page)).toThrow(message);
  });
});

describe("the documentation's TypeScript", () => {
  const snippets = pages.flatMap((file) =>
    snippetsOf(file, readFileSync(join(root, file), "utf8")),
  );
  let programs: Programs;

  beforeAll(() => {
    programs = writePrograms(root, snippets);
  });

  afterAll(() => programs.remove());

  it("is fenced as ts, so that no snippet escapes these tests", () => {
    const offenders = pages.filter((file) =>
      /^\s*```+\s*(typescript|tsx|javascript|js|mjs|mts)\b/m.test(
        readFileSync(join(root, file), "utf8"),
      ),
    );
    expect(offenders).toEqual([]);
  });

  it("compiles", { timeout: 120_000 }, () => {
    expect(programs.typeErrors()).toEqual([]);
  });

  it("runs against a real Redis", { timeout: 300_000 }, async () => {
    const redis = await startRedis();
    try {
      const complaints: string[] = [];
      for (const snippet of snippets.filter(({ runs }) => runs)) {
        await redis.command("FLUSHALL");
        const REDIS_URL = `redis://127.0.0.1:${redis.port}`;
        const complaint = await programs.run(snippet, { REDIS_URL });
        if (complaint !== undefined) complaints.push(complaint);
      }
      expect(complaints).toEqual([]);
    } finally {
      await redis.close();
    }
  });
});
