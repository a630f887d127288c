import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import type { Remote } from "../remote/remote.ts";
import { ServerClock } from "../remote/server-clock.ts";
import { Marks } from "./marks.ts";

/** Marks over answers that the test gives one by one; `undefined` stands for none in time. */
function askingMarks(answers: (string | undefined)[], onAsk: (marks: Marks) => void = () => {}) {
  const clock = new FakeClock();
  let asks = 0;
  let made = 0;
  const remote = {
    mark: async (): Promise<string> => {
      const answer = answers[asks++];
      onAsk(marks);
      await clock.advance(1);
      if (answer === undefined) throw new Error("no answer");
      return answer;
    },
  } as unknown as Remote;
  const marks: Marks = new Marks({
    clock,
    serverClock: new ServerClock(clock),
    remote,
    newToken: () => `own${++made}`,
    verifiedSince: () => Number.NEGATIVE_INFINITY,
  });
  return { marks, clock, asks: () => asks };
}

describe("marks", () => {
  it("are asked for once while nobody tells of a change", async () => {
    const { marks, asks } = askingMarks(["1.first", "1.second"]);
    await marks.learn(["t"]);
    await marks.learn(["t"]);
    expect(marks.tokens(["t"])).toEqual([["t", "1.first"]]);
    expect(asks()).toBe(1);
  });

  it("are asked for again when word of a change overtakes the reply", async () => {
    let words = 1;
    const { marks, asks } = askingMarks(["1.old", "2.new"], (asked) => {
      if (words-- > 0) asked.forget("t");
    });
    await marks.learn(["t"]);
    expect(marks.tokens(["t"])).toEqual([["t", "2.new"]]);
    expect(asks()).toBe(2);
  });

  it("that change whenever they are asked for get a token of the process's own", async () => {
    const { marks, asks } = askingMarks(Array(10).fill("1.old"), (asked) => asked.forget("t"));
    await marks.learn(["t"]);
    expect(marks.areKnown(["t"])).toBe(false);
    expect(marks.isValid([["t", "1.old"]])).toBe(false);
    expect(asks()).toBe(3);
  });

  it("invalidate what was kept without an answer once somebody tells of a change", async () => {
    const { marks } = askingMarks([undefined]);
    await marks.learn(["t"]);
    const kept = marks.tokens(["t"]);
    const { version } = marks;
    expect(marks.isValid(kept)).toBe(true);
    marks.forget("t");
    expect(marks.isValid(kept)).toBe(false);
    expect(marks.version).not.toBe(version);
  });

  it("invalidate what was kept since a change of the process's own, too", () => {
    const { marks } = askingMarks([]);
    marks.change("t");
    const kept = marks.tokens(["t"]);
    marks.forget("t");
    expect(marks.isValid(kept)).toBe(false);
    expect(marks.areKnown(["t"])).toBe(true);
  });

  it("do not take the reply to a change for the latest when another has come since", () => {
    const { marks, clock } = askingMarks([]);
    marks.change("t");
    const sentAt = clock.now();
    marks.forget("t");
    expect(marks.share("t", "1.mine", sentAt)).toBe(false);
    expect(marks.isValid([["t", "1.mine"]])).toBe(false);
    expect(marks.share("t", "2.later", sentAt + 1)).toBe(true);
    expect(marks.isValid([["t", "2.later"]])).toBe(true);
  });
});
