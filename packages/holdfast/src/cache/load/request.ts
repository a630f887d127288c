import type { Lifetime } from "../entries.ts";
import type { Loader } from "../types.ts";
import type { BatchLoad } from "./batch.ts";

/** What is to be fetched, and how its result is to be stored. */
export interface FetchRequest extends Lifetime {
  readonly loader: Loader<unknown>;
  /** The prefix of the namespace's keys and tags. */
  readonly prefix: string;
  /** The marks of the namespace and of those around it. */
  readonly namespaces: readonly string[];
  readonly tags: readonly string[];
  /** Given where the key is one of many: they are read and loaded together. */
  readonly batch?: FetchBatch;
}

export interface BatchRead {
  readonly textOf: (id: string) => Promise<unknown>;
  /** When the read was sent. */
  readonly readAt: number;
}

export interface FetchBatch {
  readonly load: BatchLoad;
  /** What Redis has for the key, of one read for all of them. */
  readonly read: BatchRead | undefined;
}
