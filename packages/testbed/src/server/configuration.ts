import { TestbedError } from "../errors.ts";

/** One directive of redis.conf: its name and arguments. */
export type Directive = readonly [name: string, ...values: (string | number)[]];

/**
 * The text of a redis.conf. A file, and not the command line, because every user of the machine can
 * read a command line, and a password may stand here.
 */
export function configurationText(directives: readonly Directive[]): string {
  return directives.map(([name, ...values]) => [name, ...values.map(quote)].join(" ")).join("\n");
}

function quote(value: string | number): string {
  const text = String(value);
  if (/[\r\n\0]/.test(text)) {
    throw new TestbedError("OPTIONS", "a value for redis.conf contains a line break");
  }
  return `"${text.replace(/(["\\])/g, "\\$1")}"`;
}

/** What every server of the testbed starts from. */
export function baseDirectives(port: number, dataDirectory: string): Directive[] {
  return [
    ["port", port],
    ["bind", "127.0.0.1"],
    ["dir", dataDirectory],
    ["daemonize", "no"],
    ["pidfile", ""],
    // Enough for every test, and a connection storm is not stopped by the launcher's own choice.
    ["tcp-backlog", 511],
  ];
}

/**
 * Replies leave only after their writes are in the append-only file, in the system's page cache: a
 * killed process loses nothing that it acknowledged, and no fsync slows a measurement.
 */
export function persistenceDirectives(persist: boolean): Directive[] {
  if (!persist)
    return [
      ["save", ""],
      ["appendonly", "no"],
    ];
  return [
    ["save", ""],
    ["appendonly", "yes"],
    ["appendfsync", "no"],
    ["auto-aof-rewrite-percentage", 0],
  ];
}

/** Faults need DEBUG and protected settings; before Redis 7 both were always on. */
export function debugDirectives(version: string): Directive[] {
  if (Number.parseInt(version, 10) < 7) return [];
  return [
    ["enable-debug-command", "local"],
    ["enable-protected-configs", "local"],
  ];
}
