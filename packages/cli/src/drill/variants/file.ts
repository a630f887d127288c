import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { messageOf, usageError } from "../../failure.ts";
import { suggestion } from "../../nearest.ts";
import { type Check, flag, listOf, numberFrom, objectOf, recordOf, textThat } from "./check.ts";

export interface VariantSpec {
  readonly name: string;
  readonly description: string | null;
  /** The program and its arguments, run in the file's folder. */
  readonly command: readonly string[];
  readonly judged: boolean;
  readonly footnoteOf: string | null;
}

export interface LoadSpec {
  /** `{id}` stands for the id to request. */
  readonly path: string;
  /** Ids are 1 to `ids`. Default {@link loadDefaults}. */
  readonly ids: number;
  /** Exponent of Zipf's law. */
  readonly zipf: number;
  /** A request fails when it is not answered this long after its intended start. */
  readonly timeoutMs: number;
  /** Members that the JSON body must have, as text; null: any 2xx is right. */
  readonly expect: Readonly<Record<string, string>> | null;
}

export interface VariantsFile {
  readonly path: string;
  /** Commands run here. */
  readonly folder: string;
  readonly name: string;
  readonly primary: { readonly command: readonly string[] } | null;
  readonly load: LoadSpec;
  readonly variants: readonly VariantSpec[];
}

export const loadDefaults = { ids: 2_000, zipf: 1, timeoutMs: 1_000 } as const;

/** Each variant is a process, a redis-server and a proxy; more do not fit a machine. */
const variantsMax = 10;

const text: Check = textThat("a non-empty string", /\S/);
const command: Check = listOf(text, 1, 100);
const name: Check = textThat("a name of at most 40 letters, digits, - and _", /^[\w-]{1,40}$/);

const checkFile: Check = objectOf({
  name: { check: text, required: true },
  primary: { check: objectOf({ command: { check: command, required: true } }) },
  load: {
    required: true,
    check: objectOf({
      path: { check: textThat('a path that begins with "/"', /^\/\S*$/), required: true },
      ids: { check: numberFrom(1, 1_000_000, "integer") },
      zipf: { check: numberFrom(0, 5, "number") },
      timeoutMs: { check: numberFrom(50, 10_000, "integer") },
      expect: { check: recordOf(textThat("a string", /^/), 20) },
    }),
  },
  variants: {
    required: true,
    check: listOf(
      objectOf({
        name: { check: name, required: true },
        description: { check: text },
        command: { check: command, required: true },
        judged: { check: flag },
        footnoteOf: { check: name },
      }),
      1,
      variantsMax,
    ),
  },
});

type Optional<T, Names extends keyof T> = Omit<T, Names> & Partial<Pick<T, Names>>;

interface RawFile {
  readonly name: string;
  readonly primary?: { readonly command: readonly string[] };
  readonly load: Optional<LoadSpec, "ids" | "zipf" | "timeoutMs" | "expect">;
  readonly variants: readonly Optional<VariantSpec, "description" | "judged" | "footnoteOf">[];
}

/**
 * Reads a variants file and checks it whole.
 *
 * @throws CommandError with exit code 2 that names the file and all that is wrong with it.
 */
export async function readVariantsFile(path: string): Promise<VariantsFile> {
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch (error) {
    throw usageError(`the variants file cannot be read: ${messageOf(error)}`);
  }
  return parseVariantsFile(content, path);
}

export function parseVariantsFile(content: string, path: string): VariantsFile {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw usageError(`${path} is no JSON: ${messageOf(error)}`);
  }
  const problems = checkFile(value, "");
  if (problems.length > 0) throw usageError(`${path}: ${problems.join("; ")}`);
  const raw = value as RawFile;
  const variants = raw.variants.map((variant) => ({
    description: null,
    judged: false,
    footnoteOf: null,
    ...variant,
  }));
  const contradictions = contradictionsOf(variants);
  if (contradictions.length > 0) throw usageError(`${path}: ${contradictions.join("; ")}`);
  return {
    path,
    folder: dirname(resolve(path)),
    name: raw.name,
    primary: raw.primary ?? null,
    load: { ...loadDefaults, expect: null, ...raw.load },
    variants: withJudged(variants),
  };
}

function contradictionsOf(variants: readonly VariantSpec[]): string[] {
  const problems: string[] = [];
  const names = variants.map((variant) => variant.name);
  const mains = variants.filter(({ footnoteOf }) => footnoteOf === null).map(({ name }) => name);
  for (const [index, variant] of variants.entries()) {
    const path = `variants[${index}]`;
    if (names.indexOf(variant.name) !== index) {
      problems.push(`${path}.name is "${variant.name}" a second time`);
    }
    const { footnoteOf } = variant;
    if (footnoteOf !== null && !mains.includes(footnoteOf)) {
      problems.push(
        `${path}.footnoteOf is "${footnoteOf}", no variant of the table (${suggestion(footnoteOf, mains)})`,
      );
    }
    if (footnoteOf !== null && variant.judged) {
      problems.push(`${path} is a footnote and cannot be judged`);
    }
  }
  return problems;
}

/** Where no variant is marked as judged, all that are no footnotes are. */
function withJudged(variants: readonly VariantSpec[]): readonly VariantSpec[] {
  if (variants.some(({ judged }) => judged)) return variants;
  return variants.map((variant) => ({ ...variant, judged: variant.footnoteOf === null }));
}
