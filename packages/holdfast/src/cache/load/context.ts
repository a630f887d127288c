import { HoldfastError, validateValue } from "../../core/index.ts";
import type { Rule } from "../../core/options.ts";
import { graceRule } from "../options.ts";
import type { LoaderContext } from "../types.ts";

/** The most tags of one value, and the longest name of one. */
export const tagsMax = 64;
export const tagMaxLength = 1_024;

export const tagsRule: Rule = {
  expected: `at most ${tagsMax} non-empty strings of at most ${tagMaxLength} characters`,
  accepts: (value) => Array.isArray(value) && value.length <= tagsMax && value.every(isTag),
};

/** Whether it can be the name of a tag; half of a surrogate pair would meet others in UTF-8. */
export function isTag(tag: unknown): tag is string {
  return (
    typeof tag === "string" &&
    tag.length > 0 &&
    tag.length <= tagMaxLength &&
    (tag as unknown as { isWellFormed(): boolean }).isWellFormed()
  );
}

/** What the loader says of its value while it runs. */
export class LoadContext implements LoaderContext<unknown> {
  readonly signal: AbortSignal;
  readonly stale: unknown;
  /** As the loader set it; undefined when it did not. */
  ttlMs: number | undefined;
  readonly tagNames: string[];
  readonly #hasStale: boolean;

  constructor(
    signal: AbortSignal,
    stale: { readonly value: unknown } | undefined,
    tags: readonly string[],
  ) {
    this.signal = signal;
    this.stale = stale?.value;
    this.#hasStale = stale !== undefined;
    this.tagNames = [...tags];
  }

  // Bound to the context: a loader takes what it needs of it apart, `({ ttl, tags }) => …`.
  readonly ttl = (ms: number): void => {
    validateValue("the loader's context", "ttl", ms, graceRule);
    this.ttlMs = ms;
  };

  readonly tags = (...names: readonly string[]): void => {
    const all = [...new Set([...this.tagNames, ...names])];
    validateValue("the loader's context", "tags", all, tagsRule);
    this.tagNames.splice(0, this.tagNames.length, ...all);
  };

  readonly unchanged = (): unknown => {
    if (!this.#hasStale) {
      throw new HoldfastError(
        "HOLDFAST_OPTIONS",
        "the loader's context: unchanged() was called with no stale value to keep",
      );
    }
    return this.stale;
  };
}
