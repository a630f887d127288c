import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openToRead } from "./fifo.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-fifo-"));
  spawnSync("mkfifo", [join(folder, "alone"), join(folder, "written")]);
  writeFileSync(join(folder, "file"), "text");
});
afterAll(() => rmSync(folder, { recursive: true }));

it("reads a pipe that somebody writes to, and files", async () => {
  const path = join(folder, "written");
  const writer = spawn("sh", ["-c", 'printf text > "$0"', path]);
  for (const each of [path, join(folder, "file")]) {
    await using handle = await openToRead(each, 60_000);
    expect(await handle.readFile("utf8")).toBe("text");
  }
  expect(writer.pid).toBeGreaterThan(0);
});

it("does not wait without end for somebody who writes", async () => {
  await expect(openToRead(join(folder, "alone"), 50)).rejects.toThrow("nobody wrote");
});
