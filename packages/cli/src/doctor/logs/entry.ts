import { type StampContext, timeOf } from "./stamp.ts";

/** A line of a log without the wrapping of whatever collected it. */
export interface Entry {
  /** What the program wrote. */
  readonly text: string;
  /** When, where the wrapping says so. */
  readonly at?: number | undefined;
  /** Which process, where the wrapping says so: `host`, `host/pid`, a container. */
  readonly process?: string | undefined;
  /** The line is a whole event: nothing of a stack trace follows on further lines. */
  readonly whole: boolean;
  readonly format: LogFormat;
}

export type LogFormat =
  | "plain"
  | "JSON lines"
  | "logfmt"
  | "Docker JSON"
  | "Kubernetes (CRI)"
  | "journald JSON"
  | "syslog or journald"
  | "Docker Compose"
  | "redis-server";

/** More of a structured line's texts than this say nothing new. */
const textsMax = 60;
const depthMax = 5;

const cri = /^(\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d)) (?:stdout|stderr) [FP] (.*)$/s;
const compose = /^([\w.-]{1,60}) {0,20}\| (.*)$/s;
const syslogNew =
  /^<\d{1,3}>1 (\S{10,40}) (\S{1,255}) (\S{1,64}) (\S{1,64}) \S{1,64} (?:-|\[[^\]]{0,1000}\]) ?(.*)$/s;
const syslogOld =
  /^(?:<\d{1,3}>)?([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})?|\d{4}-\d\d-\d\dT[\d:.]{8,15}(?:Z|[+-]\d\d:?\d\d)) ([\w.:-]{1,255}) ([\w./@-]{1,100})(?:\[(\d{1,10})\])?: (.*)$/s;
const logfmt = /(?:^|\s)(?:msg|message|err|error)=/;
/** A quicker question first: few lines have an equals sign. */
const logfmtReach = 400;

/** Takes the wrapping off a line. */
export function unwrap(line: string, context: StampContext): Entry {
  const first = line.charCodeAt(0);
  if (first === 0x7b) return unwrapJson(line, context) ?? plain(line);
  const iso = isDigit(first) && line.charCodeAt(10) === 0x54;
  if (iso) {
    const wrapped = cri.exec(line);
    if (wrapped !== null)
      return entry(wrapped[2], timeOf(wrapped[1], context), undefined, "Kubernetes (CRI)");
  }
  if (first === 0x3c) {
    const wrapped = syslogNew.exec(line);
    if (wrapped !== null) {
      const process = processName(wrapped[2], wrapped[4]);
      return entry(wrapped[5], timeOf(wrapped[1], context), process, "syslog or journald");
    }
  }
  const pipe = line.indexOf("| ");
  if (pipe !== -1 && pipe < 82) {
    const wrapped = compose.exec(line);
    if (wrapped !== null) return entry(wrapped[2], undefined, wrapped[1], "Docker Compose");
  }
  if (iso || first === 0x3c || (line.charCodeAt(3) === 0x20 && line.charCodeAt(6) === 0x20)) {
    const wrapped = syslogOld.exec(line);
    // After an ISO time, "ERROR com.example.Class: " looks the same but for the process's number.
    if (wrapped !== null && (!iso || wrapped[4] !== undefined || wrapped[3] === "kernel")) {
      const process = processName(wrapped[2], wrapped[4]);
      return entry(wrapped[5], timeOf(wrapped[1], context), process, "syslog or journald");
    }
  }
  return plain(line);
}

function plain(line: string): Entry {
  const text = stripColours(line);
  const equals = text.indexOf("=");
  return equals !== -1 && equals < logfmtReach && logfmt.test(text.slice(0, logfmtReach))
    ? { text: text.replaceAll("\\n", "\n").replaceAll('\\"', '"'), whole: true, format: "logfmt" }
    : { text, whole: false, format: "plain" };
}

function entry(
  text: string | undefined,
  at: number | undefined,
  process: string | undefined,
  format: LogFormat,
): Entry {
  return { text: stripColours(text ?? ""), at, process, whole: false, format };
}

function unwrapJson(line: string, context: StampContext): Entry | undefined {
  const value = parse(line);
  if (value === undefined) return undefined;
  if (typeof value.log === "string" && (value.stream !== undefined || value.time !== undefined)) {
    return entry(
      value.log.replace(/\r?\n$/, ""),
      timeOf(value.time, context),
      undefined,
      "Docker JSON",
    );
  }
  if (typeof value.MESSAGE === "string") {
    const process = processName(text(value._HOSTNAME), text(value._PID));
    return entry(
      value.MESSAGE,
      timeOf(value.__REALTIME_TIMESTAMP, context),
      process,
      "journald JSON",
    );
  }
  const at = [
    "time",
    "timestamp",
    "@timestamp",
    "ts",
    "datetime",
    "t",
    "asctime",
    "date",
    "eventTime",
  ]
    .map((name) => timeOf(value[name], context))
    .find((found) => found !== undefined);
  const process = processName(text(value.hostname ?? value.host), text(value.pid ?? value.process));
  return { text: textsOf(value).join("\n"), at, process, whole: true, format: "JSON lines" };
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Every text of a structured line; short fields keep their names, as `code: 'ECONNREFUSED'` does. */
function textsOf(value: Readonly<Record<string, unknown>>): string[] {
  const texts: string[] = [];
  const collect = (item: unknown, name: string, depth: number): void => {
    if (texts.length >= textsMax || depth > depthMax) return;
    if (typeof item === "string") texts.push(/\s/.test(item) ? item : `${name}: '${item}'`);
    else if (typeof item === "number") texts.push(`${name}: ${item}`);
    else if (typeof item === "object" && item !== null) {
      for (const [key, inner] of Object.entries(item)) collect(inner, key, depth + 1);
    }
  };
  collect(value, "", 0);
  return texts;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function processName(host: string | undefined, pid: string | undefined): string | undefined {
  const known = [host, pid].filter((part) => part !== undefined && part !== "-" && part !== "");
  return known.length === 0 ? undefined : known.join("/");
}

const colours = /\p{Cc}\[[0-9;]{0,20}[A-Za-z]/gu;

function stripColours(line: string): string {
  return line.includes("\u001b[") ? line.replaceAll(colours, "") : line;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
