import { readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { createPolicy } from "./index.ts";

/** The decorated class of `test/support`, as the TypeScript compiler makes it for Node.js. */
async function compileDecorated(): Promise<typeof import("../../test/support/decorated.ts")> {
  const source = readFileSync(new URL("../../test/support/decorated.ts", import.meta.url), "utf8");
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  });
  return import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}

describe("method", () => {
  it("puts every call of the method under the policy", async () => {
    const clock = new FakeClock();
    const policy = createPolicy({ retry: { jitter: "none" }, clock });
    const { decorate } = await compileDecorated();
    let calls = 0;
    const prices = decorate(policy, () => {
      if (++calls < 3) throw new Error("not yet");
    });
    const result = prices.of("kelp");
    await clock.advance(150);
    await expect(result).resolves.toBe("kelp in EUR");
    expect(calls).toBe(3);
    expect(prices.of.name).toBe("of");
  });

  it.each<[string, unknown, RegExp]>([
    ["a getter", { kind: "getter" }, /decorates a getter, expected a method/],
    ["a class", { kind: "class" }, /decorates a class/],
    ["what a legacy compiler gives", "of", /experimentalDecorators/],
  ])("refuses %s", (_what, context, message) => {
    const decorate = () => createPolicy().method()(async () => 1, context as never);
    expect(decorate).toThrow(message);
    expect(decorate).toThrow(expect.objectContaining({ code: "HOLDFAST_OPTIONS" }));
  });
});
