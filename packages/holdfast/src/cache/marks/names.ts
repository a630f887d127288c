import { keyPrefix } from "../key.ts";

/*
 * A mark's name: a namespace's is the prefix of its keys, a tag's is that and `#tag`. The root's is
 * empty. Names of namespaces have neither `#` nor `:` at their end, so that no two meet.
 */

/** The mark of the whole cache. */
export const rootMark = "";

/** The marks of a namespace and of all those around it, outermost first. */
export function namespaceMarks(path: readonly string[]): string[] {
  return [rootMark, ...path.map((_, index) => keyPrefix(path.slice(0, index + 1)))];
}

/** The mark of a tag, which belongs to the namespace with this prefix. */
export function tagMark(prefix: string, tag: string): string {
  return `${prefix}#${tag}`;
}
