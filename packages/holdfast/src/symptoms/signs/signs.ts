import type { Outcome } from "../../core/index.ts";
import { symptoms } from "../catalogue/index.ts";
import type { Speaker, Symptom, SymptomId, SystemSign, Wording } from "../symptom.ts";
import { compileTemplate, type Template } from "./template.ts";

/** Something in a text that speaks for a symptom. */
export interface Sign {
  readonly symptom: SymptomId;
  /** A named root beats a statement, a statement beats a wrapper. */
  readonly rank: 1 | 2 | 3;
  /** Other programs write the same: it counts only where something else says Redis. */
  readonly generic: boolean;
  readonly by: Speaker | undefined;
  readonly outcome: Outcome;
  readonly source: "reply" | "client" | "system";
  readonly template: Template;
  readonly refine: RegExp | undefined;
  readonly excludes: readonly SymptomId[];
  /** A symbol, which must not be the end of another name: "NodeNotFound" is no ENOTFOUND. */
  readonly wholeWord: boolean;
  /** The phase in which it means this symptom, where it may mean another in the other phase. */
  readonly during: SystemSign["during"] | undefined;
}

const ranks = { cause: 3, statement: 2, wrapper: 1 } as const;

/** Every sign of the catalogue, made once. */
export const signs: readonly Sign[] = Object.values(symptoms).flatMap((symptom) => [
  ...symptom.wordings.map((wording) => signOfWording(symptom, wording)),
  ...(symptom.system ?? []).flatMap((system) => signsOfSystem(symptom, system)),
  ...repliesOf(symptom).flatMap((code) => signsOfReply(symptom, code)),
]);

function signOfWording(symptom: Symptom, wording: Wording): Sign {
  return {
    symptom: symptom.id,
    rank: ranks[wording.role ?? "statement"],
    generic: wording.generic ?? false,
    by: wording.by,
    outcome: wording.outcome ?? symptom.outcome,
    source: isReply(symptom, wording) ? "reply" : "client",
    template: compileTemplate(wording.text),
    refine: wording.refine,
    excludes: wording.excludes ?? [],
    wholeWord: false,
    during: wording.during,
  };
}

/** What nobody in particular words, of what only a server knows, is a reply without its code. */
function isReply({ group }: Symptom, { by }: Wording): boolean {
  if (by !== undefined) return by === "reply";
  return group === "server" || group === "cluster" || group === "application";
}

function signsOfSystem(symptom: Symptom, system: SystemSign): Sign[] {
  return [system.symbol, ...(system.texts ?? [])].map((text) => ({
    symptom: symptom.id,
    rank: 3,
    generic: true,
    by: undefined,
    outcome: symptom.outcome,
    source: "system",
    template: compileTemplate(text),
    refine: undefined,
    excludes: [],
    wholeWord: text === system.symbol,
    during: system.during,
  }));
}

function repliesOf({ replies = [], innocentReplies = [] }: Symptom): readonly string[] {
  return [...replies, ...innocentReplies];
}

/** An error reply with any sentence, as clients print it: behind a class name, or as it came. */
function signsOfReply(symptom: Symptom, code: string): Sign[] {
  const refine = new RegExp(`${code.toLowerCase()}[ :]`);
  return ["error: ", "exception: ", "errorreply: ", "(error) ", "-"].map((prefix) => {
    const text = prefix + code;
    const by = prefix === "(error) " ? "redis-cli" : "reply";
    const wording: Wording = { by, text, generic: true, role: "cause", refine };
    return { ...signOfWording(symptom, wording), wholeWord: prefix === "-" };
  });
}

/** The system signs by number, in catalogue order: a number that two systems use keeps the first. */
export const signsByNumber: ReadonlyMap<number, readonly Sign[]> = numbered();

function numbered(): Map<number, Sign[]> {
  const byNumber = new Map<number, Sign[]>();
  for (const symptom of Object.values(symptoms)) {
    for (const system of symptom.system ?? []) {
      const [sign] = signsOfSystem(symptom, system);
      for (const number of sign === undefined ? [] : (system.numbers ?? [])) {
        byNumber.set(number, [...(byNumber.get(number) ?? []), sign as Sign]);
      }
    }
  }
  return byNumber;
}
