import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

const generator = new URL("../../scripts/report-page.mjs", import.meta.url);
const committed = new URL("../../src/drill/report/html/page-assets.generated.ts", import.meta.url);

describe("the report page's committed script and style sheet", () => {
  it("are what their sources make (else: npm run report-page -w @holdfast/cli)", async () => {
    const { pageAssets } = (await import(generator.href)) as { pageAssets(): Promise<string> };
    expect(await readFile(committed, "utf8")).toBe(await pageAssets());
  });
});
