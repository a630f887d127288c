import { expect, it } from "vitest";
import { fill, judgeBody } from "./body.ts";

const expectation = { members: { id: "{id}", shop: "holdfast" } };

it.each([
  ['{"id":"7","shop":"holdfast","more":1}', "ok"],
  ['{"id":7,"shop":"holdfast"}', "ok"],
  ['{"id":"8","shop":"holdfast"}', "crossed"],
  ['{"id":8,"shop":"other"}', "crossed"],
  ['{"id":"7","shop":"other"}', "wrong"],
  ['{"id":null,"shop":"holdfast"}', "wrong"],
  ['{"shop":"holdfast"}', "wrong"],
  ["[]", "wrong"],
  ["null", "wrong"],
  ["7", "wrong"],
  ['{"id":"7"', "wrong"],
  ["", "wrong"],
])("judges %s as %s", (body, outcome) => {
  expect(judgeBody(body, 7, expectation)).toBe(outcome);
});

it("takes any body where nothing is expected", () => {
  expect(judgeBody("<html>", 7, { members: null })).toBe("ok");
});

it("fills in every {id}", () => {
  expect(fill("/a/{id}/b?{id}", 12)).toBe("/a/12/b?12");
});
