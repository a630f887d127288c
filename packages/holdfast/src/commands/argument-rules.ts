import type { CommandClass } from "./command-class.ts";
import { hasWord, indexOfWord, sameArgument, textOf, wordAt } from "./words.ts";

/** The class of a command whose name alone does not decide; `from` is its first argument's index. */
type ArgumentRule = (args: readonly unknown[], from: number) => CommandClass;

/**
 * A condition such as NX makes the reply the point of the command ("did I get the lock?"): the
 * second run leaves the data alone, but answers "no" to the one that got it.
 */
const unlessConditional =
  (optionsFrom: number, ...conditions: readonly string[]): ArgumentRule =>
  (args, from) =>
    conditions.some((condition) => hasWord(args, from + optionsFrom, condition))
      ? "relative"
      : "absolute";

const readUnless =
  (optionsFrom: number, otherwise: CommandClass, ...keywords: readonly string[]): ArgumentRule =>
  (args, from) =>
    keywords.some((keyword) => hasWord(args, from + optionsFrom, keyword)) ? otherwise : "read";

const bySubcommand =
  (otherwise: CommandClass, classes: Readonly<Record<string, CommandClass>>): ArgumentRule =>
  (args, from) => {
    const subcommand = wordAt(args, from);
    return (Object.hasOwn(classes, subcommand) ? classes[subcommand] : undefined) ?? otherwise;
  };

const reads = (names: string): Record<string, CommandClass> =>
  Object.fromEntries(names.split(" ").map((name) => [name, "read"]));

/** A store whose destination is also a source reads what it wrote the first time. */
const unlessIntoSource =
  (destination: number, sourcesFrom: number): ArgumentRule =>
  (args, from) => {
    for (let index = from + sourcesFrom; index < args.length; index++) {
      if (sameArgument(args[index], args[from + destination])) return "relative";
    }
    return "absolute";
  };

/** Cutting to the first or the last N elements can be repeated, cutting ends off cannot. */
const listTrim: ArgumentRule = (args, from) => {
  const start = Number(wordAt(args, from + 1) || Number.NaN);
  const stop = Number(wordAt(args, from + 2) || Number.NaN);
  const keepsFirst = start === 0 && stop >= 0;
  const keepsLast = start < 0 && stop === -1;
  return keepsFirst || keepsLast ? "absolute" : "relative";
};

/** An entry id that the caller chose is refused the second time; `*` makes another entry. */
const streamAdd: ArgumentRule = (args, from) => {
  if (hasWord(args, from + 1, "IDMP") || hasWord(args, from + 1, "IDMPAUTO")) return "absolute";
  for (let index = from + 1; index < args.length; index++) {
    const word = wordAt(args, index);
    if (word.endsWith("*")) return "relative";
    if (/^\d+(-\d+)?$/.test(word)) {
      // The number may be the threshold of MAXLEN, MINID or LIMIT, before the id.
      const before = wordAt(args, index - 1);
      if (!/^(MAXLEN|MINID|LIMIT|=|~)$/.test(before)) return "absolute";
    }
  }
  return "relative";
};

const bitField: ArgumentRule = (args, from) => {
  if (hasWord(args, from + 1, "INCRBY")) return "relative";
  return hasWord(args, from + 1, "SET") ? "absolute" : "read";
};

/** Deleting an element by its position moves the next one into its place. */
const jsonDelete: ArgumentRule = (args, from) => {
  const path = args[from + 1];
  return path === undefined || !textOf(path).includes("[") ? "absolute" : "relative";
};

const streamRead: ArgumentRule = (args, from) => {
  const streams = indexOfWord(args, from, "STREAMS");
  const block = indexOfWord(args, from, "BLOCK");
  return block !== -1 && (streams === -1 || block < streams) ? "blocking" : "read";
};

const rules: Readonly<Record<string, ArgumentRule>> = {
  SET: unlessConditional(2, "NX", "GET", "IFEQ", "IFNE", "IFDEQ", "IFDNE"),
  MSETEX: unlessConditional(1, "NX"),
  HSETEX: unlessConditional(1, "FNX"),
  ZADD: unlessConditional(1, "INCR", "NX"),
  GEOADD: unlessConditional(1, "NX"),
  EXPIRE: unlessConditional(2, "NX"),
  PEXPIRE: unlessConditional(2, "NX"),
  EXPIREAT: unlessConditional(2, "NX"),
  PEXPIREAT: unlessConditional(2, "NX"),
  HEXPIRE: unlessConditional(2, "NX"),
  HPEXPIRE: unlessConditional(2, "NX"),
  HEXPIREAT: unlessConditional(2, "NX"),
  HPEXPIREAT: unlessConditional(2, "NX"),
  "JSON.SET": unlessConditional(3, "NX"),
  GETEX: readUnless(1, "absolute", "EX", "PX", "EXAT", "PXAT", "PERSIST"),
  HGETEX: readUnless(1, "absolute", "EX", "PX", "EXAT", "PXAT", "PERSIST"),
  GEORADIUS: readUnless(5, "absolute", "STORE", "STOREDIST"),
  GEORADIUSBYMEMBER: readUnless(4, "absolute", "STORE", "STOREDIST"),
  SORT: readUnless(1, "absolute", "STORE"),
  BITFIELD: bitField,
  BITOP: unlessIntoSource(1, 2),
  ZUNIONSTORE: unlessIntoSource(0, 2),
  ZINTERSTORE: unlessIntoSource(0, 2),
  ZDIFFSTORE: unlessIntoSource(0, 2),
  ZRANGESTORE: unlessIntoSource(0, 1),
  SDIFFSTORE: unlessIntoSource(0, 1),
  LTRIM: listTrim,
  LREM: (args, from) => (wordAt(args, from + 1) === "0" ? "absolute" : "relative"),
  XADD: streamAdd,
  XREAD: streamRead,
  XREADGROUP: (args, from) => (streamRead(args, from) === "blocking" ? "blocking" : "relative"),
  COPY: (args, from) => (hasWord(args, from + 2, "REPLACE") ? "absolute" : "relative"),
  RESTORE: (args, from) => (hasWord(args, from + 3, "REPLACE") ? "absolute" : "relative"),
  "JSON.DEL": jsonDelete,
  "JSON.FORGET": jsonDelete,
  XGROUP: bySubcommand("relative", {
    SETID: "absolute",
    DESTROY: "absolute",
    CREATECONSUMER: "absolute",
    DELCONSUMER: "absolute",
    HELP: "read",
  }),
  CLIENT: bySubcommand("connection", {
    ...reads("LIST HELP"),
    KILL: "administrative",
    PAUSE: "administrative",
    UNPAUSE: "administrative",
    UNBLOCK: "administrative",
  }),
  SCRIPT: bySubcommand("administrative", { ...reads("EXISTS SHOW HELP"), LOAD: "absolute" }),
  FUNCTION: bySubcommand("administrative", reads("LIST DUMP STATS HELP")),
  CONFIG: bySubcommand("administrative", reads("GET HELP")),
  ACL: bySubcommand("administrative", reads("CAT GETUSER LIST USERS WHOAMI DRYRUN GENPASS HELP")),
  CLUSTER: bySubcommand(
    "administrative",
    reads(
      "INFO NODES SLOTS SHARDS LINKS KEYSLOT MYID MYSHARDID COUNTKEYSINSLOT GETKEYSINSLOT REPLICAS SLAVES SLOT-STATS COUNT-FAILURE-REPORTS HELP",
    ),
  ),
  MEMORY: bySubcommand("administrative", reads("USAGE STATS DOCTOR MALLOC-STATS HELP")),
  LATENCY: bySubcommand("administrative", reads("DOCTOR GRAPH HISTOGRAM HISTORY LATEST HELP")),
  SLOWLOG: bySubcommand("administrative", reads("GET LEN HELP")),
  COMMANDLOG: bySubcommand("administrative", reads("GET LEN HELP")),
  HOTKEYS: bySubcommand("administrative", reads("GET HELP")),
  MODULE: bySubcommand("administrative", reads("LIST HELP")),
};

/** By name in upper and in lower case, as the table of names. */
export const argumentRules: ReadonlyMap<string, ArgumentRule> = new Map(
  Object.entries(rules).flatMap(([name, rule]) => [
    [name, rule],
    [name.toLowerCase(), rule],
  ]),
);
