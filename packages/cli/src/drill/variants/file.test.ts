import { expect, it } from "vitest";
import { CommandError } from "../../failure.ts";
import { loadDefaults, parseVariantsFile, readVariantsFile } from "./file.ts";

const least = {
  name: "shop",
  load: { path: "/products/{id}" },
  variants: [
    { name: "bare", command: ["node", "bare.js"] },
    { name: "held", command: ["node", "held.js"] },
  ],
};

function parsed(changes: object): ReturnType<typeof parseVariantsFile> {
  return parseVariantsFile(JSON.stringify({ ...least, ...changes }), "some/drill.json");
}

function variant(changes: object): object {
  return {
    variants: [
      { name: "a", command: ["node"] },
      { name: "b", command: ["node"], ...changes },
    ],
  };
}

it("fills in the defaults, and judges all when none is marked", () => {
  const file = parsed({});
  expect(file.load).toEqual({ path: "/products/{id}", expect: null, ...loadDefaults });
  expect(file.primary).toBeNull();
  expect(file.folder).toMatch(/\/some$/);
  expect(file.variants.map(({ judged }) => judged)).toEqual([true, true]);
});

it("judges those that are marked, and never a footnote", () => {
  expect(parsed(variant({ judged: true })).variants.map(({ judged }) => judged)).toEqual([
    false,
    true,
  ]);
  expect(parsed(variant({ footnoteOf: "a" })).variants.map(({ judged }) => judged)).toEqual([
    true,
    false,
  ]);
});

it.each<[object, string]>([
  [{ nmae: "x" }, "unknown member nmae (did you mean name?)"],
  [{ name: " " }, 'name is " ", expected a non-empty string'],
  [{ load: undefined }, "load is missing"],
  [{ load: { path: "products" } }, 'load.path is "products", expected a path that begins with "/"'],
  [{ load: { path: "/", ids: 0 } }, "load.ids is 0, expected an integer from 1 to 1000000"],
  [{ load: { path: "/", ids: 1.5 } }, "load.ids is 1.5, expected an integer from 1 to 1000000"],
  [{ load: { path: "/", zipf: 6 } }, "load.zipf is 6, expected a number from 0 to 5"],
  [
    { load: { path: "/", timeoutMS: 5 } },
    "unknown member load.timeoutMS (did you mean timeoutMs?)",
  ],
  [{ load: { path: "/", expect: { id: 7 } } }, "load.expect.id is 7, expected a string"],
  [{ variants: [] }, "variants is a list of 0, expected a list of 1 to 10"],
  [{ variants: "bare" }, 'variants is "bare", expected a list of 1 to 10'],
  [{ primary: "node" }, 'primary is "node", expected an object'],
  [{ primary: {} }, "primary.command is missing"],
  [variant({ name: "a" }), 'variants[1].name is "a" a second time'],
  [variant({ name: "a b" }), "variants[1].name is"],
  [variant({ command: "node x" }), 'variants[1].command is "node x", expected a list of 1 to 100'],
  [variant({ judged: "yes" }), 'variants[1].judged is "yes", expected true or false'],
  [
    variant({ footnoteOf: "aa" }),
    'variants[1].footnoteOf is "aa", no variant of the table (did you mean a?)',
  ],
  [variant({ footnoteOf: "b" }), 'variants[1].footnoteOf is "b", no variant of the table'],
  [variant({ footnoteOf: "a", judged: true }), "variants[1] is a footnote and cannot be judged"],
])("refuses %j and names the file and the place", (changes, problem) => {
  expect(() => parsed(changes)).toThrow(CommandError);
  expect(() => parsed(changes)).toThrow(`some/drill.json: ${problem}`);
});

it("tells everything that is wrong at once", () => {
  expect(() => parsed({ name: 1, load: { path: 2 } })).toThrow(
    'some/drill.json: name is 1, expected a non-empty string; load.path is 2, expected a path that begins with "/"',
  );
});

it.each(["{", "", "[]", "null"])("refuses %j as a file", (content) => {
  expect(() => parseVariantsFile(content, "drill.json")).toThrow(/^drill\.json/);
});

it("says that a file cannot be read, with exit code 2", async () => {
  await expect(readVariantsFile("/nowhere/drill.json")).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining("/nowhere/drill.json"),
  });
});
