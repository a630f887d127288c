import { expect, it } from "vitest";
import { layColumns } from "./columns.ts";
import { styleFor } from "./style.ts";

it("colours on a terminal only, and not against NO_COLOR", () => {
  const terminal = { isTTY: true };
  expect(styleFor(terminal, {}).red("x")).toBe("\u001b[31mx\u001b[39m");
  expect(styleFor(terminal, { NO_COLOR: "" }).coloured).toBe(true);
  expect(styleFor(terminal, { NO_COLOR: "1" }).red("x")).toBe("x");
  expect(styleFor(terminal, { TERM: "dumb" }).red("x")).toBe("x");
  expect(styleFor({}, {}).red("x")).toBe("x");
});

it("lays columns out by the plain text, whatever its colour", () => {
  const red = styleFor({ isTTY: true }, {}).red;
  const lines = layColumns(
    [
      { title: "name", align: "left" },
      { title: "n", align: "right" },
    ],
    [
      [{ text: "a", paint: red }, { text: "100" }],
      [{ text: "longer" }, { text: "5", paint: red }],
      [{ text: "short row" }],
    ],
  );
  expect(lines).toEqual([
    "name         n",
    "\u001b[31ma\u001b[39m          100",
    "longer       \u001b[31m5\u001b[39m",
    "short row",
  ]);
});
