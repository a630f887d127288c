import { describe, expect, it } from "vitest";
import { Together, togetherMax } from "./together.ts";

/** Answers with what it was asked, and remembers how it was asked. */
function echo(most = togetherMax) {
  const commands: (readonly number[])[] = [];
  const together = new Together<number, number>(async (items) => {
    commands.push(items);
    if (items.includes(-1)) throw new Error("Redis");
    return items;
  }, most);
  return { together, commands };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("what is asked for in one turn", () => {
  it("is one command, and each gets its own result", async () => {
    const { together, commands } = echo();
    const later = Promise.resolve()
      .then(() => undefined)
      .then(() => together.ask(3));
    expect(await Promise.all([together.ask(1), together.ask(2), later])).toEqual([1, 2, 3]);
    expect(commands).toEqual([[1, 2, 3]]);
  });

  it("waits for nothing of the next", async () => {
    const { together, commands } = echo();
    const first = together.ask(1);
    await turn();
    expect(commands).toEqual([[1]]);
    expect(await Promise.all([first, together.ask(2)])).toEqual([1, 2]);
    expect(commands).toEqual([[1], [2]]);
  });

  it("is several commands when it is more than one may be made for", async () => {
    const { together, commands } = echo();
    const items = Array.from({ length: 2 * togetherMax + 1 }, (_, index) => index);
    expect(await Promise.all(items.map((item) => together.ask(item)))).toEqual(items);
    expect(commands.map(({ length }) => length)).toEqual([togetherMax, togetherMax, 1]);
  });

  it("is as many commands where keys lie on several servers", async () => {
    const { together, commands } = echo(1);
    expect(await Promise.all([together.ask(1), together.ask(2)])).toEqual([1, 2]);
    expect(commands).toEqual([[1], [2]]);
  });

  it("fails together, and not with what comes after", async () => {
    const { together } = echo();
    const answers = await Promise.allSettled([together.ask(1), together.ask(-1)]);
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await together.ask(2)).toBe(2);
  });
});
