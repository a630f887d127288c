import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { embeddedJson, html, trusted } from "./markup.ts";

describe("html", () => {
  it("escapes what is put in, in text and in both kinds of quoted attribute", () => {
    const evil = `"'><img src=x onerror=alert(1)>&amp;`;
    expect(html`<a title="${evil}">${evil}</a>`.text).toBe(
      '<a title="&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;amp;">' +
        "&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;amp;</a>",
    );
  });

  it("keeps markup as it is, nested and in lists", () => {
    const items = ["a<b", "c"].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${items}</ul>`.text).toBe("<ul><li>a&lt;b</li><li>c</li></ul>");
    expect(html`${trusted("<b>")}`.text).toBe("<b>");
  });

  it("makes nothing of null and undefined, and a digit of zero", () => {
    expect(html`[${null}${undefined}${0}]`.text).toBe("[0]");
  });

  it("never lets a string open or close an element", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"']/);
      }),
    );
  });
});

describe("embeddedJson", () => {
  it("cannot end its script element, open a comment in it or break an older parser's line", () => {
    const value = { "</script>": "<!--<script>", line: "a\u2028b\u2029c" };
    const { text } = embeddedJson(value);
    expect(text).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(value);
  });

  it("gives back every value that JSON can hold", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { text } = embeddedJson(value);
        expect(text).not.toContain("<");
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
