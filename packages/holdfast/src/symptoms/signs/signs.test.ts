import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Automaton } from "./automaton.ts";
import { fold } from "./fold.ts";
import { findMatches } from "./matches.ts";
import { compileTemplate, matchTemplate } from "./template.ts";

describe("Automaton", () => {
  const hits = (literals: string[], text: string): string[] => {
    const pairs = new Automaton(literals).scan(text, 1000);
    return pairs
      .flatMap((literal, index) =>
        index % 2 === 0 ? [`${literals[literal]}@${pairs[index + 1]}`] : [],
      )
      .sort();
  };

  it("finds every occurrence, overlapping and nested ones too", () => {
    expect(hits(["he", "she", "hers"], "ushers")).toEqual(["he@4", "hers@6", "she@4"]);
    expect(hits(["aa"], "aaaa")).toEqual(["aa@2", "aa@3", "aa@4"]);
  });

  it("finds what a search for each literal finds", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", " "), minLength: 1, maxLength: 4 });
    void fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 1, maxLength: 8 }),
        fc.array(word),
        (set, parts) => {
          const text = parts.join("");
          const expected: string[] = [];
          for (const literal of set) {
            for (let at = text.indexOf(literal); at !== -1; at = text.indexOf(literal, at + 1)) {
              expected.push(`${literal}@${at + literal.length}`);
            }
          }
          expect(hits(set, text)).toEqual(expected.sort());
        },
      ),
    );
  });

  it("takes either case, and any white space for a space, and other alphabets for neither", () => {
    expect(hits(["a b"], "A\tB a\nb a\u00a0b äb")).toEqual(["a b@3", "a b@7"]);
  });
});

describe("templates", () => {
  const at = (template: string, text: string): number => {
    const compiled = compileTemplate(template);
    const anchor = compiled.pieces[compiled.anchor] as string;
    return matchTemplate(compiled, text, text.indexOf(anchor));
  };

  it("match literals in order around gaps, from where the first begins", () => {
    expect(at("No master found for '{name}' in {n} ms", "x no master found for 'a' in 5 ms")).toBe(
      2,
    );
    expect(at("Failed opening {file} for saving", "failed opening dump.rdb for saving")).toBe(0);
    expect(at("Failed opening {file} for saving", "opening dump.rdb for saving")).toBe(-1);
  });

  it("match a gap of numbers by a number only", () => {
    expect(at("waited {n} sec", "waited 5 sec")).toBe(0);
    expect(at("waited {n} sec", "waited long sec")).toBe(-1);
  });

  it("match gaps up to their limit", () => {
    const gap = (length: number): string => `failed opening ${"x".repeat(length)} for saving`;
    expect(at("Failed opening {file} for saving", gap(190))).toBe(0);
    expect(at("Failed opening {file} for saving", gap(260))).toBe(-1);
  });
});

describe("fold", () => {
  it("leaves one form of what logs write in several", () => {
    expect(fold("A  B\t\tC \r\n  D")).toBe("a b c\nd");
    expect(fold('{"m":"can\\u0027t \\"x\\"\\n y"}')).toBe('{"m":"can\'t "x"\ny"}');
    expect(fold("\u001b[1;31mred\u001b[0m \u2018q\u2019 \u201cz\u201d")).toBe("red 'q' \"z\"");
  });
});

describe("findMatches", () => {
  it("weighs a bounded number of signs", () => {
    const many = ["broken pipe", "connection refused", "no route to host", "timed out"];
    const text = Array.from({ length: 5000 }, (_, index) => many[index % 4]).join(" ");
    expect(findMatches(text).length).toBeLessThanOrEqual(128);
  });

  it("takes no part of a longer wording for a wording", () => {
    const ids = findMatches("connection pool timeout").map(({ sign }) => sign.symptom);
    expect(new Set(ids)).toEqual(new Set(["pool-exhausted"]));
  });

  it("takes a symbol as a whole word only", () => {
    expect(findMatches("nodenotfoundexception")).toEqual([]);
    expect(findMatches("errno::enotfound")).toHaveLength(1);
  });
});
