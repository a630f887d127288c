import type { Lifetime } from "../entries.ts";
import type { Loader } from "../types.ts";

/** What is to be fetched, and how its result is to be stored. */
export interface FetchRequest extends Lifetime {
  readonly loader: Loader<unknown>;
  /** The prefix of the namespace's keys and tags. */
  readonly prefix: string;
  /** The marks of the namespace and of those around it. */
  readonly namespaces: readonly string[];
  readonly tags: readonly string[];
}
