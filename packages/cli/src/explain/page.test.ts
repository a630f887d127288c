import { type SymptomId, symptoms } from "holdfast/symptoms";
import { expect, it } from "vitest";
import { styleFor } from "../terminal/style.ts";
import { answerLine } from "./batch.ts";
import { explanationData } from "./json.ts";
import { renderExplanation, renderUnknown } from "./page.ts";

const plain = styleFor({}, {});
const page = (id: SymptomId, more: object = {}, columns?: number): string =>
  renderExplanation({ symptom: id, symptoms: [id], confidence: "high", ...more }, plain, columns);

it("tells meaning, effect, retry, causes, confirmation and fixes of every symptom", () => {
  for (const [id, symptom] of Object.entries(symptoms)) {
    const text = page(symptom.id);
    expect(text, id).toContain(symptom.title);
    for (const title of [
      "What it means",
      "What it does",
      "executed?",
      "retry safe?",
      "Likely causes",
      "How to confirm",
      "What to do",
    ]) {
      expect(text, id).toContain(title);
    }
  }
});

it("wraps to the terminal, within reason", () => {
  for (const columns of [1, 50, 80, 400]) {
    const prose = page("reset", {}, columns)
      .split("\n")
      .filter((line) => !/\$ |holdfast drill|confidence/.test(line));
    const longest = Math.max(...prose.map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(Math.min(92, Math.max(columns, 40)));
  }
});

it("puts the message's address into the commands", () => {
  const text = page("refused", { host: "cache.internal", port: 6380 });
  expect(text).toContain("redis-cli -h cache.internal -p 6380 ping");
});

it("pastes nothing into a command that could be one itself", () => {
  const text = page("refused", { host: "$(reboot)", port: 6380 });
  expect(text).toContain("redis-cli -h HOST -p 6380 ping");
  expect(page("refused", { host: "-x", port: 1 })).toContain("redis-cli -h HOST");
});

it("names what else the text says", () => {
  expect(page("refused", { symptoms: ["refused", "pool-exhausted"] })).toContain(
    "pool-exhausted: No free connection",
  );
});

it("says what to give where nothing was recognised", () => {
  expect(renderUnknown(plain)).toContain("stack trace");
  expect(explanationData(undefined)).toEqual({ symptom: null, client: null, confidence: null });
});

it("answers a line of a batch, whatever it is", () => {
  const text = "[ioredis] Unhandled error event: Error: connect ECONNREFUSED 127.0.0.1:6379";
  expect(answerLine(JSON.stringify({ text, more: 1 }))).toEqual({
    symptom: "refused",
    client: "ioredis",
    confidence: "high",
  });
  const none = { symptom: null, client: null, confidence: null };
  expect(answerLine('{"text":"connected to redis"}')).toEqual(none);
  for (const line of ["nope", "null", "[]", "{}", '{"text":1}', '"text"', "{", "\0"]) {
    expect(answerLine(line)).toEqual({ ...none, error: "no JSON object with a text" });
  }
});
