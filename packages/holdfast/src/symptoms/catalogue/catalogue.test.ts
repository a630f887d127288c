import { describe, expect, it } from "vitest";
import { recognize } from "../recognize/recognize.ts";
import type { Symptom, Wording } from "../symptom.ts";
import { symptoms } from "./index.ts";

const all = Object.values(symptoms);

/** A wording as it stands in a log, beside something that says Redis where it does not say so. */
function asLogged({ text, generic, during }: Wording): string {
  const filled = text.replaceAll(/\{(\w*)\}/g, (_, name: string) => fillings[name] ?? "x");
  const doing = during === "connect" ? "connecting " : "";
  return generic ? `redis client: ${doing}${filled}` : filled;
}

/** What stands for a gap; the wordings' own refinements want some in particular. */
const fillings: Record<string, string> = {
  n: "42",
  host: "10.0.0.1",
  port: "6379",
  slot: "866",
  kind: "RESET",
  error: "failed",
  was: "was closed and lost",
  doing: "reading from",
  reason: "unknown certificate invalid",
  role: "replica",
  connection: "connection",
  a: "a",
  ed: "ed",
};

/** Wordings that need more around them than a filling to be what they are. */
const particular: Record<string, string> = {
  "the remote certificate {was}": "redis: the remote certificate is invalid",
  "Command timed out after {n}": "Command timed out after 1 minute(s)",
  "tls: AuthenticationFailure on {host}":
    "AuthenticationFailure on 10.0.0.1:6380/Interactive, AuthenticationException",
  "timeout {doing} redis": "timeout reading from redis",
};

describe("the catalogue", () => {
  it("has each symptom under its own id, from connecting to the application's own errors", () => {
    expect(all.map(({ id }) => id)).toEqual(Object.keys(symptoms));
    expect(all).toHaveLength(28);
    expect(all[0]?.group).toBe("connecting");
    expect(all.at(-1)?.group).toBe("application");
  });

  it.each(all.map((symptom) => [symptom.id, symptom] as const))(
    "tells all about %s",
    (_, symptom) => {
      const texts = [
        symptom.title,
        symptom.meaning,
        symptom.effect,
        ...symptom.causes,
        ...symptom.fixes,
      ];
      for (const text of texts) expect(text.length).toBeGreaterThan(3);
      expect(symptom.meaning).not.toContain("\n");
      expect(symptom.causes.length).toBeGreaterThan(0);
      expect(symptom.fixes.length).toBeGreaterThan(0);
      expect(symptom.wordings.length).toBeGreaterThan(0);
      for (const { run, tells } of symptom.confirm) expect(run && tells).toBeTruthy();
      expect(symptom.confirm.length).toBeGreaterThan(0);
      for (const source of symptom.sources) expect(URL.canParse(source)).toBe(true);
      expect(symptom.sources.length).toBeGreaterThan(0);
      for (const fault of symptom.faults) expect(fault).toMatch(/^[a-z][a-z-]+$/);
    },
  );

  it("never says that an unanswered command may be told as not executed", () => {
    expect(symptoms.reset.outcome).toBe("unknown");
    expect(symptoms["command-timeout"].outcome).toBe("unknown");
    expect(symptoms["retries-exhausted"].outcome).toBe("unknown");
  });

  it("does not let an application's own mistake count for a breaker", () => {
    for (const { group, retryable, countsAsFailure } of all) {
      if (group === "application") expect([retryable, countsAsFailure]).toEqual([false, false]);
    }
  });

  it("writes signs in lower case where they are matched as they stand", () => {
    for (const { system } of all) {
      for (const { symbol, texts } of system ?? []) {
        expect(symbol).toMatch(/^[A-Z][A-Z0-9_]+$/);
        for (const text of texts ?? []) expect(text).toBe(text.toLowerCase());
      }
    }
  });

  const wordings = all.flatMap((symptom) => symptom.wordings.map((wording) => [symptom, wording]));
  it.each(
    (wordings as [Symptom, Wording][]).map(
      ([symptom, wording]) => [symptom.id, wording.text, wording] as const,
    ),
  )("recognises %s by its wording: %s", (id, text, wording) => {
    const recognised = recognize(
      particular[`${id}: ${text}`] ?? particular[text] ?? asLogged(wording),
    );
    expect(recognised?.symptoms ?? []).toContain(id);
  });
});
