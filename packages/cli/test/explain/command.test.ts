import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

function explain(
  args: readonly string[],
  input = "",
): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "explain", ...args], {
    input,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, out: stdout, err: stderr };
}

const refused = "Error 111 connecting to cache:6379. Connection refused.";

it("explains a message, in quotes or not, and from standard input", () => {
  for (const [args, input] of [
    [[refused], ""],
    [refused.split(" "), ""],
    [["-"], refused],
  ] as const) {
    const { code, out, err } = explain(args, input);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("refused · redis-py · cache:6379");
    expect(out).not.toContain("\u001b");
  }
});

it("explains a reply that begins with a hyphen, and a symptom by its id", () => {
  expect(explain(["-READONLY You can't write against a read only replica."]).out).toContain(
    "readonly ·",
  );
  expect(explain(["pool-exhausted"]).out).toContain("No free connection");
});

it("says what a text without any sign of Redis would mean in one that has it", () => {
  const { code, out } = explain(["connect ECONNREFUSED 10.0.0.1:5000"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^Not recognised/);
  expect(out).toContain("refused · 10.0.0.1:5000 · confidence low");
  expect(explain(["hello"]).out).not.toContain("confidence");
});

it("answers in JSON", () => {
  expect(JSON.parse(explain([refused, "--json"]).out)).toMatchObject({
    symptom: "refused",
    client: "redis-py",
    host: "cache",
    port: 6379,
    outcome: "not-sent",
  });
  expect(JSON.parse(explain(["hello", "--json"]).out)).toMatchObject({ symptom: null });
});

it("answers a batch line for line, from a file and from a pipe", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-explain-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "lines.jsonl");
  const lines = Array.from({ length: 5000 }, (_, index) =>
    JSON.stringify({ text: index % 2 === 0 ? refused : "connected to redis" }),
  );
  writeFileSync(file, `${lines.join("\r\n")}\n\n`);
  const { code, out } = explain(["--batch", file]);
  const answers = out.trimEnd().split("\n");
  expect(code).toBe(0);
  expect(answers).toHaveLength(5000);
  expect(answers[0]).toBe('{"symptom":"refused","client":"redis-py","confidence":"high"}');
  expect(answers[4999]).toBe('{"symptom":null,"client":null,"confidence":null}');
  expect(explain(["--batch", "-"], lines.join("\n")).out).toBe(out);
});

it("goes on after a malformed line, and says so at the end", () => {
  const { code, out, err } = explain(["--batch", "-"], `nope\n{"text":"${refused}"}\n`);
  expect(code).toBe(2);
  expect(out.trimEnd().split("\n")).toHaveLength(2);
  expect(err).toContain("1 line is");
});

it("tells wrong use from a file that cannot be read", () => {
  expect(explain([]).code).toBe(2);
  expect(explain(["--bach", "x"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("--batch"),
  });
  expect(explain(["text", "--batch", "x"]).code).toBe(2);
  expect(explain(["--batch", "/nonexistent/x"])).toMatchObject({ code: 3, out: "" });
  expect(explain(["--help"])).toMatchObject({ code: 0, out: expect.stringContaining("Usage") });
});
