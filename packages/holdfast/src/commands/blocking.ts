import { indexOfWord, wordAt } from "./words.ts";

/** Where a blocking command's own timeout stands among its arguments, and its unit. */
interface BlockingShape {
  readonly argument: "first" | "second" | "last" | "BLOCK";
  readonly unitMs: number;
}

const shapes = new Map<string, BlockingShape>();
const define = (names: string, argument: BlockingShape["argument"], unitMs: number): void => {
  for (const name of names.split(" ")) {
    shapes.set(name, { argument, unitMs });
    shapes.set(name.toLowerCase(), { argument, unitMs });
  }
};
define("BLPOP BRPOP BRPOPLPUSH BLMOVE BLMOVEM BZPOPMIN BZPOPMAX", "last", 1000);
define("BLMPOP BZMPOP", "first", 1000);
define("WAIT", "second", 1);
define("WAITAOF", "last", 1);
define("XREAD XREADGROUP", "BLOCK", 1);

/**
 * How long the server may rightly keep a command waiting, in milliseconds: `undefined` for one that
 * does not block, `Infinity` for one that blocks until something happens.
 *
 * For all but blocking commands this is one look into a map and allocates nothing, so a guard can
 * ask it of every command. Commands blocked by name in some other way (MONITOR, SUBSCRIBE) do not
 * withhold their reply and are not blocking.
 *
 * @param name - In upper or in lower case; other mixtures are not recognised as blocking.
 * @param from - Index of the first argument after the name. Default 0.
 */
export function blockingTimeoutMs(
  name: string,
  args: readonly unknown[],
  from: number = 0,
): number | undefined {
  const shape = shapes.get(name);
  return shape === undefined ? undefined : timeoutOf(shape, args, from);
}

function timeoutOf(
  shape: BlockingShape,
  args: readonly unknown[],
  from: number,
): number | undefined {
  const index = timeoutIndex(shape, args, from);
  if (index === undefined) return undefined;
  const own = Number(wordAt(args, index) || Number.NaN);
  // 0 means "no limit" to the server; what is no number will be refused by it at once.
  if (Number.isNaN(own)) return 0;
  return own === 0 ? Number.POSITIVE_INFINITY : own * shape.unitMs;
}

function timeoutIndex(
  { argument }: BlockingShape,
  args: readonly unknown[],
  from: number,
): number | undefined {
  if (argument === "first") return from;
  if (argument === "second") return from + 1;
  if (argument === "last") return args.length - 1;
  const streams = indexOfWord(args, from, "STREAMS");
  const block = indexOfWord(args, from, "BLOCK");
  return block === -1 || (streams !== -1 && block > streams) ? undefined : block + 1;
}
