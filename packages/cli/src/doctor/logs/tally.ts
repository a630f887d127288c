import { type Recognition, recognize, type Speaker, type SymptomId } from "holdfast/symptoms";
import { quote } from "../redact.ts";
import { type SignalId, signalMeanings } from "../signals.ts";
import { EvidenceKeeper } from "./evidence-keeper.ts";
import { knownSignals, serverRole } from "./known-lines.ts";
import { LogPatterns } from "./patterns.ts";
import type { LogEvent } from "./scan.ts";
import { Timeline } from "./timeline.ts";

/** Of hosts, clients and processes, the most that are told apart. */
const namesMax = 500;
/** Messages that were recognised lately: in an outage the same ones come again and again. */
const recognisedMax = 4096;
const rememberedLengthMax = 2048;

export interface SymptomTally {
  count: number;
  uncertain: number;
  firstAt: number | undefined;
  lastAt: number | undefined;
  /** Its place in the order of appearance, where there are no times. */
  readonly index: number;
  readonly first: { readonly text: string; readonly place: string };
}

/** What is known of one process. */
export interface ProcessTally {
  lines: number;
  timeouts: number;
}

/** Adds up what the events of all logs say. */
export class Tally {
  readonly symptoms: Map<SymptomId, SymptomTally> = new Map();
  readonly clients: Map<Speaker, number> = new Map();
  readonly hosts: Map<string, number> = new Map();
  readonly processes: Map<string, ProcessTally> = new Map();
  readonly timeline: Timeline = new Timeline();
  readonly keeper: EvidenceKeeper = new EvidenceKeeper();
  /** Signals of events that could also be another program's; they count where there are no others. */
  readonly uncertain: EvidenceKeeper = new EvidenceKeeper();
  failures = 0;
  readonly #patterns = new LogPatterns(this.keeper);
  readonly #recognised = new Map<string, Recognition | null>();

  /** @returns Whether it was a failure of a client. */
  add(event: LogEvent, path: string): boolean {
    const place = `${path}:${event.line}`;
    const role = serverRole(event.text);
    for (const id of knownSignals(event.text, role !== undefined)) {
      this.keeper.add(id, event.text, place, event.at ?? event.before());
      this.#patterns.known(id, event);
    }
    if (role !== undefined) return false;
    const recognition = this.#recognise(event);
    if (recognition === undefined || isServer(recognition)) return false;
    this.#count(recognition, event, place, path);
    return true;
  }

  /** Who was seen at work, failing or not. */
  sample(process: string): ProcessTally {
    const known = this.processes.get(process);
    if (known !== undefined) {
      known.lines++;
      return known;
    }
    const tally = { lines: 1, timeouts: 0 };
    if (this.processes.size < namesMax) this.processes.set(process, tally);
    return tally;
  }

  /** Raises what only the whole log shows. */
  finish(): void {
    this.#patterns.finish(this.processes);
  }

  #recognise(event: LogEvent): Recognition | undefined {
    const message = event.messageAt === 0 ? event.text : event.text.slice(event.messageAt);
    if (message.length > rememberedLengthMax) return recognize(event.text);
    const known = this.#recognised.get(message);
    if (known !== undefined) return known ?? undefined;
    if (this.#recognised.size >= recognisedMax) this.#recognised.clear();
    const recognition = recognize(event.text);
    this.#recognised.set(message, recognition ?? null);
    return recognition;
  }

  #count(recognition: Recognition, event: LogEvent, place: string, path: string): void {
    this.failures++;
    const { symptom, client, host, port } = recognition;
    const at = event.at ?? event.before();
    const sure = recognition.confidence !== "low";
    this.#countSymptom(symptom, sure, event, place, at);
    if (client !== undefined && client !== "reply") increment(this.clients, client);
    if (host !== undefined) increment(this.hosts, port === undefined ? host : `${host}:${port}`);
    if (at !== undefined) this.timeline.add(symptom, at);
    const keeper = sure ? this.keeper : this.uncertain;
    for (const id of signalsOf(recognition, event.text))
      keeper.add(id, failureLine(event), place, at);
    const process = this.sample(event.process ?? path);
    if (symptom === "command-timeout" || symptom === "connect-timeout") process.timeouts++;
    this.#patterns.failure({ symptom, event, place, at, path });
  }

  #countSymptom(
    symptom: SymptomId,
    sure: boolean,
    event: LogEvent,
    place: string,
    at: number | undefined,
  ): void {
    let tally = this.symptoms.get(symptom);
    if (tally === undefined) {
      const first = { text: quote(failureLine(event)), place };
      tally = { count: 0, uncertain: 0, firstAt: at, lastAt: at, index: this.symptoms.size, first };
      this.symptoms.set(symptom, tally);
    }
    tally.count++;
    if (!sure) tally.uncertain++;
    if (at === undefined) return;
    if (tally.firstAt === undefined || at < tally.firstAt) tally.firstAt = at;
    if (tally.lastAt === undefined || at > tally.lastAt) tally.lastAt = at;
  }
}

/** What a server says of itself is in the table of known lines, not a client's failure. */
function isServer({ client }: Recognition): boolean {
  return client === "redis-server" || client === "redis-sentinel";
}

/** Symptoms that only say that something else failed. */
const wrappers: ReadonlySet<SymptomId> = new Set([
  "sentinel",
  "retries-exhausted",
  "not-connected",
]);

/** Worked out once for each list of symptoms: an outage repeats itself. */
const signalIds = new Map<string, readonly SignalId[]>();

function signalsOf({ symptom, symptoms }: Recognition, text: string): readonly SignalId[] {
  if (symptom === "auth" && text.includes("DENIED") && /protected mode/i.test(text)) {
    return ["logs.protected-mode"];
  }
  const ids = wrappers.has(symptom) ? symptoms : [symptom];
  const key = ids.join();
  const known = signalIds.get(key) ?? ids.map((id) => `logs.${id}`).filter(isSignal);
  signalIds.set(key, known);
  return known;
}

function isSignal(id: string): id is SignalId {
  return Object.hasOwn(signalMeanings, id);
}

/** The line of a stack trace that names the failure. */
function failureLine({ text }: LogEvent): string {
  if (!text.includes("\n")) return text;
  const lines = text.split("\n");
  const head = lines[0] ?? "";
  const named = lines.find((line) => recognize(line) !== undefined);
  return named === undefined || named === head ? head : `${head} … ${named.trim()}`;
}

function increment<Name>(counts: Map<Name, number>, name: Name): void {
  const count = counts.get(name);
  if (count !== undefined || counts.size < namesMax) counts.set(name, (count ?? 0) + 1);
}
