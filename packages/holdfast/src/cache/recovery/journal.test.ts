import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { journalMaxBytes, openJournal } from "./journal.ts";

describe("the journal", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "holdfast-journal-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const none = () => [];
  /** The process id of no process: beyond what systems give. */
  const dead = `test-${2 ** 30}-0123456789ab.touched`;

  it("is taken over from a dead process, once", () => {
    writeFileSync(join(directory, dead), '["k","a\\nb"]\n["m","#t","token"]\n');
    const first = openJournal(directory, "test", none);
    expect(first.adopted).toEqual([
      { kind: "key", name: "a\nb" },
      { kind: "mark", name: "#t", token: "token" },
    ]);
    const second = openJournal(directory, "test", none);
    expect(second.adopted).toEqual([]);
    first.close();
    second.close();
  });

  it("is taken over again when whoever took it over died too", () => {
    writeFileSync(join(directory, dead), '["k","a"]\n');
    // Closed with work left, as by a crash: its file stays.
    openJournal(directory, "test", none).close();
    const next = openJournal(directory, "test", none);
    expect(next.adopted).toEqual([{ kind: "key", name: "a" }]);
    next.close();
  });

  it("leaves out lines that were cut off or damaged", () => {
    writeFileSync(join(directory, dead), '["k","a"]\n{"k":1}\n["k",1]\n["x","b"]\n["k","tor');
    const journal = openJournal(directory, "test", none);
    expect(journal.adopted).toEqual([{ kind: "key", name: "a" }]);
    journal.close();
  });

  it("leaves those of living processes and of other namespaces alone", () => {
    const others = [`test-${process.ppid}-0123456789ab.touched`, dead.replace("test", "test-2")];
    for (const file of others) writeFileSync(join(directory, file), '["k","a"]\n');
    const journal = openJournal(directory, "test", none);
    expect(journal.adopted).toEqual([]);
    journal.close();
    expect(readdirSync(directory).toSorted()).toEqual(others.toSorted());
  });

  it("leaves no file behind when nothing is left to do", () => {
    const journal = openJournal(directory, "test", none);
    journal.append({ kind: "key", name: "a" });
    expect(readdirSync(directory)).toHaveLength(1);
    journal.clear();
    journal.close();
    expect(readdirSync(directory)).toHaveLength(0);
  });

  it("is written anew with what is still to be done when it grows too long", () => {
    const journal = openJournal(directory, "test", () => [{ kind: "key", name: "left" }]);
    const name = "x".repeat(64 * 1024);
    for (let bytes = 0; bytes <= journalMaxBytes; bytes += name.length) {
      journal.append({ kind: "key", name });
    }
    const [file] = readdirSync(directory);
    const text = readFileSync(join(directory, String(file)), "utf8");
    expect(text.startsWith('["k","left"]\n')).toBe(true);
    expect(text.length).toBeLessThan(journalMaxBytes / 2);
    journal.close();
  });

  it("cannot be opened where there can be no directory", () => {
    const file = join(directory, "file");
    appendFileSync(file, "");
    expect(() => openJournal(file, "test", none)).toThrowError(
      expect.objectContaining({ code: "HOLDFAST_OPTIONS" }),
    );
  });
});
