import { describe, expect, it } from "vitest";
import { FakeClock, settle } from "../../../test/support/fake-clock.ts";
import { Marks } from "../marks/marks.ts";
import type { Remote } from "../remote/remote.ts";
import { ServerClock } from "../remote/server-clock.ts";
import { Writer, type WriterParts } from "./writer.ts";

interface Asked {
  readonly resolve: (token: string) => void;
  readonly reject: (error: unknown) => void;
}

/** A writer of marks whose Redis answers when and as the test says. */
function scene() {
  const clock = new FakeClock();
  const asked: Asked[] = [];
  const queued: string[] = [];
  const replaceMark = () =>
    new Promise<string>((resolve, reject) => asked.push({ resolve, reject }));
  const remote = { replaceMark } as unknown as Remote;
  let made = 0;
  const marks = new Marks({
    clock,
    serverClock: new ServerClock(clock),
    remote,
    newToken: () => `own${++made}`,
    verifiedSince: () => Number.NEGATIVE_INFINITY,
  });
  const recovery = { addMark: (name: string) => queued.push(name) };
  const parts = { clock, marks, remote, recovery } as unknown as WriterParts;
  return { writer: new Writer(parts), marks, asked, queued };
}

describe("two invalidations of one mark at once", () => {
  it("leave nothing valid when the later one is queued after the first was applied", async () => {
    const { writer, marks, asked, queued } = scene();
    const outcomes = Promise.all([writer.changeMark("t"), writer.changeMark("t")]);
    await settle();
    const [first, second] = asked;
    first?.resolve("1.first");
    await settle();
    const kept = marks.tokens(["t"]);
    expect(kept).toEqual([["t", "1.first"]]);
    second?.reject(new Error("no answer"));
    expect(await outcomes).toEqual(["applied", "queued"]);
    expect(queued).toEqual(["t"]);
    expect(marks.isValid(kept)).toBe(false);
  });
});
