import { describe, expect, it } from "vitest";
import { recordMax, TouchedRecord } from "./touched-record.ts";

function record(): TouchedRecord {
  let marks = 0;
  return new TouchedRecord(() => ({ kind: "mark", name: "", token: `root${++marks}` }));
}

describe("the record of an outage", () => {
  it("has marks first, then keys in their order, each once", () => {
    const touched = record();
    touched.addKey("b");
    touched.addKey("a");
    touched.addKey("b");
    touched.addMark("#t", "1");
    expect(touched.oldest(10).map(({ name }) => name)).toEqual(["#t", "b", "a"]);
    expect(touched.oldest(2)).toHaveLength(2);
    expect(touched.size).toBe(3);
  });

  it("keeps what was noted again while the first deletion was on its way", () => {
    const touched = record();
    touched.addKey("k");
    const [sent] = touched.oldest(1);
    touched.addKey("k");
    expect(sent && touched.settle(sent)).toBe(false);
    expect(touched.hasKey("k")).toBe(true);
    const [again] = touched.oldest(1);
    expect(again && touched.settle(again)).toBe(true);
    expect(touched.size).toBe(0);
  });

  it("keeps a mark that was changed again meanwhile", () => {
    const touched = record();
    touched.addMark("#t", "1");
    const [sent] = touched.oldest(1);
    touched.addMark("#t", "2");
    expect(sent && touched.settle(sent)).toBe(false);
    expect(touched.oldest(1)).toEqual([{ kind: "mark", name: "#t", token: "2" }]);
    expect(touched.hasMark("#t", "1")).toBe(false);
    expect(touched.hasMark("#t", "2")).toBe(true);
  });

  it("gives way to one mark of everything beyond its entries", () => {
    const touched = record();
    for (let key = 0; key < recordMax.entries; key++) touched.addKey(`k${key}`);
    expect(touched.overflowed).toBe(false);
    touched.addKey("one too many");
    expect(touched.overflowed).toBe(true);
    expect(touched.oldest()).toEqual([{ kind: "mark", name: "", token: "root1" }]);
    expect(touched.hasMark("", "root1")).toBe(true);
  });

  it("gives way beyond its characters too", () => {
    const touched = record();
    const long = "x".repeat(60_000);
    const most = recordMax.characters / long.length + 1;
    for (let key = 0; key < most && !touched.overflowed; key++) touched.addKey(long + key);
    expect(touched.overflowed).toBe(true);
    expect(touched.size).toBe(1);
  });

  it("notes on after an overflow: its mark may be on its way already", () => {
    const touched = record();
    for (let key = 0; key <= recordMax.entries; key++) touched.addKey(`k${key}`);
    const [everything] = touched.oldest(1);
    touched.addKey("later");
    expect(everything && touched.settle(everything)).toBe(true);
    expect(touched.overflowed).toBe(false);
    expect(touched.hasKey("later")).toBe(true);
  });
});
