import { Automaton } from "../signs/automaton.ts";
import type { Speaker } from "../symptom.ts";
import {
  clientWords,
  frameworkWords,
  otherWords,
  routineWords,
  serverWords,
} from "./context-words.ts";

/** A word that says whose failure a text is about. */
interface ContextWord {
  readonly kind: "client" | "server" | "redis" | "framework" | "other" | "routine";
  readonly client: Speaker | undefined;
  readonly length: number;
}

/** A context word in a text. */
export interface Mention extends ContextWord {
  readonly at: number;
}

/** More mentions than this say nothing new. */
const mentionsMax = 200;

interface Engine {
  readonly automaton: Automaton;
  readonly words: readonly ContextWord[];
}

let engine: Engine | undefined;

function getEngine(): Engine {
  engine ??= buildEngine();
  return engine;
}

function buildEngine(): Engine {
  const words = new Map<string, ContextWord>();
  const add = (text: string, kind: ContextWord["kind"], client?: Speaker): void => {
    words.set(text, { kind, client, length: text.length });
  };
  add("redis", "redis");
  for (const text of serverWords) add(text, "server");
  for (const text of otherWords) add(text, "other");
  for (const text of routineWords) add(text, "routine");
  for (const [client, texts] of Object.entries(clientWords)) {
    for (const text of texts) add(text, "client", client as Speaker);
  }
  for (const [client, texts] of Object.entries(frameworkWords)) {
    for (const text of texts) add(text, "framework", client as Speaker);
  }
  return { automaton: new Automaton([...words.keys()]), words: [...words.values()] };
}

/** Every context word of the text, in the order of their places. */
export function findMentions(folded: string): Mention[] {
  const { automaton, words } = getEngine();
  const hits = automaton.scan(folded, mentionsMax);
  const mentions: Mention[] = [];
  for (let hit = 0; hit < hits.length; hit += 2) {
    const { kind, client, length } = words[hits[hit] as number] as ContextWord;
    const at = (hits[hit + 1] as number) - length;
    if (client === undefined && kind === "redis" && isProjectName(folded, at)) continue;
    if (kind === "other" && isRequest(folded, at)) continue;
    const isScope = client === "redis-rb" && folded.startsWith("redis::", at);
    const speaker = isScope ? speakerOfScope(folded, at + length) : client;
    mentions.push({ kind, client: speaker, length, at });
  }
  return mentions;
}

/** How redis-server and Sentinel begin their lines: process, role, date. */
export const serverPrefix: RegExp = /\b\d{1,7}:([cmsx]) \d{1,2} [a-z]{3} /;

/** What a runtime puts into a message, and who mostly speaks to Redis from it. */
const runtimes: readonly (readonly [RegExp, Speaker])[] = [
  [/\b(?:dial|read|write) tcp\b/, "go-redis"],
  [/\(os error \d/, "redis-rs"],
  [/\[(?:errno|winerror) -?\d/, "redis-py"],
  [/\bphp (?:warning|notice|fatal error)|\buncaught redis/, "phpredis"],
  [/\bfailed to connect to redis \([^)\s]{1,100}:\d{1,5}\): /, "redix"],
];

/** Who speaks, told by the form of the text where no name tells it. */
export function speakerByForm(folded: string): Speaker | undefined {
  const role = serverPrefix.exec(folded)?.[1];
  if (role !== undefined) return role === "x" ? "redis-sentinel" : "redis-server";
  return runtimes.find(([form]) => form.test(folded))?.[1];
}

/** Ruby's errors stand behind `Redis::`; PHP's methods, Rust's modules and C++'s classes do too. */
function speakerOfScope(folded: string, end: number): Speaker | undefined {
  const rest = folded.slice(end, end + 60);
  if (/^[a-z]{1,40}\(/.test(rest)) return "phpredis";
  if (/[a-z0-9_]/.test(folded[end - 8] ?? " ")) return "redis-rs";
  if (/^(?:redis|aio|types|cluster|retry_)/.test(rest)) return "redis-rs";
  return folded.startsWith("::", end - 9) ? undefined : "redis-rb";
}

/** A commit's title, or the name of a test that passed: it speaks of a failure, none happened. */
const title =
  /^\W{0,10}(?:[0-9a-f]{7,40} )?(?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(?:\([^)]{1,60}\))?!?: |^\s{0,20}(?:[\u2713\u2714\u221a] |pass |ok \d{1,6} )/;

/** Whether a line reports the ordinary by its form. */
export function isTitle(line: string): boolean {
  return title.test(line);
}

/** Nginx ends each line with the request that it was serving, whatever it was that failed. */
function isRequest(folded: string, at: number): boolean {
  return (
    folded.startsWith("http/", at) && folded.slice(Math.max(0, at - 300), at).includes('request: "')
  );
}

/** A folder or repository that is called redis-something is somebody's project, not a client. */
function isProjectName(folded: string, at: number): boolean {
  const before = folded[at - 1];
  if (before !== "/" && before !== "\\") return false;
  if (/github\.com\/(?:redis\/)?$/.test(folded.slice(Math.max(0, at - 20), at))) return true;
  return /^redis[-_][\w.-]{1,60}[/\\]/.test(folded.slice(at, at + 70));
}
