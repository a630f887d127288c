/** A point in time that a text begins with. */
export interface Stamp {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Where the text goes on after it. */
  readonly end: number;
  /** False where the text names no zone: the time is then taken to be this machine's. */
  readonly zoned: boolean;
}

/** How far into a text a stamp may begin, and how long it may be. */
const reach = 90;

/** What a text's stamp lacks. */
export interface StampContext {
  /** For stamps without a year or a day, what they are counted back from: the end of the log. */
  readonly now: number;
}

interface Format {
  readonly pattern: RegExp;
  read(match: RegExpExecArray, context: StampContext): { at: number; zoned: boolean } | undefined;
}

const months: Readonly<Record<string, number>> = {
  Jan: 0,
  Feb: 1,
  Mar: 2,
  Apr: 3,
  May: 4,
  Jun: 5,
  Jul: 6,
  Aug: 7,
  Sep: 8,
  Oct: 9,
  Nov: 10,
  Dec: 11,
};

const dayMs = 86_400_000;
/** 2001 to 2100: a number outside is no time of a log. */
const epochMin = 978_307_200_000;
const epochMax = 4_102_444_800_000;

/** More specific ones first. */
const formats: readonly Format[] = [
  {
    // ISO 8601, Python's logging, log4j, Go, nginx's error log, PostgreSQL, Ruby, .NET's sortable.
    pattern:
      /(?<!\d)(\d{4})[-/.](\d\d)[-/.](\d\d)(?:[T ,_]| - )(\d\d):(\d\d):(\d\d)(?:[.,:](\d{1,9}))?(?: ?(Z\b|UTC|GMT|[+-]\d\d:?\d\d))?/,
    read: (m) => time(Number(m[1]), Number(m[2]) - 1, Number(m[3]), m[4], m[5], m[6], m[7], m[8]),
  },
  {
    // Access logs, and redis-server: 25/Nov/2026:13:00:00 +0000, 25 Nov 2026 13:00:00.123.
    pattern:
      /(?<!\d)(\d\d?)[ /-]([A-Z][a-z]{2})[ /-](\d{4})[: ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ?(Z\b|UTC|GMT|[+-]\d\d:?\d\d))?/,
    read: (m) => time(Number(m[3]), months[m[2] ?? ""], Number(m[1]), m[4], m[5], m[6], m[7], m[8]),
  },
  {
    // ctime, dmesg -T, Apache: Wed Nov 25 13:00:00.123456 2026.
    pattern:
      /\b[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d\d?) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: (?:UTC|GMT|Z))? (\d{4})\b/,
    read: (m) => time(Number(m[7]), months[m[1] ?? ""], Number(m[2]), m[3], m[4], m[5], m[6]),
  },
  {
    // syslog and journald: Nov 25 13:00:00, of the last twelve months.
    pattern: /\b([A-Z][a-z]{2}) {1,2}(\d\d?) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?/,
    read: (m, context) => yearless(months[m[1] ?? ""], Number(m[2]), m.slice(3, 7), context),
  },
  {
    // klog: E1125 13:00:00.123456.
    pattern: /^[IWEF](\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{1,9})/,
    read: (m, context) => yearless(Number(m[1]) - 1, Number(m[2]), m.slice(3, 7), context),
  },
  {
    // Month first, as in the United States: 11/25/2026, 1:00:00 PM.
    pattern:
      /(?<!\d)(\d\d?)\/(\d\d?)\/(\d{4}),? (\d\d?):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ([AP])M)?/,
    read: (m) => {
      const half =
        m[8] === undefined ? Number(m[4]) : (Number(m[4]) % 12) + (m[8] === "P" ? 12 : 0);
      return time(Number(m[3]), Number(m[1]) - 1, Number(m[2]), String(half), m[5], m[6], m[7]);
    },
  },
  {
    // 20261125T130000Z, 20261125 13:00:00.
    pattern: /(?<!\d)(\d{4})(\d\d)(\d\d)[T -](\d\d):?(\d\d):?(\d\d)(?:[.,](\d{1,9}))?(Z)?(?!\d)/,
    read: (m) => time(Number(m[1]), Number(m[2]) - 1, Number(m[3]), m[4], m[5], m[6], m[7], m[8]),
  },
  {
    // Seconds, milliseconds, micro- or nanoseconds since 1970.
    pattern:
      /(?:^|^[[("']|\b(?:ts|time|timestamp|t)=)(\d{10}(?:\.\d{1,9})?|\d{13}|\d{16}|\d{19})(?!\d)/,
    read: (m) => epoch(m[1] ?? ""),
  },
  {
    // redis-server before 5: 25 Nov 13:00:00.123.
    pattern: /(?<!\d)(\d\d?) ([A-Z][a-z]{2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?/,
    read: (m, context) => yearless(months[m[2] ?? ""], Number(m[1]), m.slice(3, 7), context),
  },
  {
    // A time of day alone, of the log's last day.
    pattern: /(?<![\d:])(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?![\d:])/,
    read: (m, context) => {
      const day = new Date(context.now);
      const parsed = time(day.getFullYear(), day.getMonth(), day.getDate(), m[1], m[2], m[3], m[4]);
      if (parsed === undefined) return undefined;
      return parsed.at > context.now + 60_000 ? { ...parsed, at: parsed.at - dayMs } : parsed;
    },
  },
];

/**
 * Finds the stamps of one log. A log keeps to its format, so that the last one that served is tried
 * first.
 */
export class StampReader {
  readonly #context: StampContext;
  #last: Format | undefined;

  constructor(context: StampContext) {
    this.#context = context;
  }

  /** The stamp near the beginning of the text. */
  read(text: string): Stamp | undefined {
    const quick = plainIso(text);
    if (quick !== undefined) return quick;
    const head = text.length > reach ? text.slice(0, reach) : text;
    if (this.#last !== undefined) {
      const stamp = this.#try(this.#last, head);
      if (stamp !== undefined) return stamp;
    }
    if (!/\d\d/.test(head)) return undefined;
    for (const format of formats) {
      if (format === this.#last) continue;
      const stamp = this.#try(format, head);
      if (stamp === undefined) continue;
      this.#last = format;
      return stamp;
    }
    return undefined;
  }

  #try(format: Format, head: string): Stamp | undefined {
    const match = format.pattern.exec(head);
    if (match === null) return undefined;
    const parsed = format.read(match, this.#context);
    return parsed === undefined ? undefined : { ...parsed, end: match.index + match[0].length };
  }
}

/** A field of structured logs: a number or a text in any of the formats. */
export function timeOf(value: unknown, context: StampContext): number | undefined {
  if (typeof value === "number") return epoch(String(value))?.at;
  if (typeof value !== "string") return undefined;
  return epoch(value)?.at ?? new StampReader(context).read(value)?.at;
}

function epoch(text: string): { at: number; zoned: boolean } | undefined {
  if (!/^\d{10,19}(?:\.\d+)?$/.test(text)) return undefined;
  const [whole = ""] = text.split(".");
  const scale = 10 ** (13 - whole.length);
  const at = scale >= 1 ? Number(text) * scale : Math.floor(Number(whole) * scale);
  return at >= epochMin && at <= epochMax ? { at: Math.round(at), zoned: true } : undefined;
}

function time(
  year: number,
  month: number | undefined,
  day: number,
  hours: string | undefined,
  minutes: string | undefined,
  seconds: string | undefined,
  fraction: string | undefined,
  zone?: string,
): { at: number; zoned: boolean } | undefined {
  if (month === undefined || month > 11 || day > 31 || day < 1) return undefined;
  const ms = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  const clock = [Number(hours), Number(minutes), Number(seconds)] as const;
  if (clock[0] > 24 || clock[1] > 59 || clock[2] > 60) return undefined;
  if (zone === undefined) {
    const at = localHour(year, month, day, clock[0]) + clock[1] * 60_000 + clock[2] * 1000 + ms;
    return { at, zoned: false };
  }
  const at = Date.UTC(year, month, day, ...clock, ms);
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (offset === null) return { at, zoned: true };
  const minutesEast = (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === "-" ? -1 : 1);
  return { at: at - minutesEast * 60_000, zoned: true };
}

/** Where the digits of `2026-11-25 13:00:00` are. */
const digitPlaces = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
const zero = 0x30;

/** The commonest stamp, at the very beginning and without a zone, read without an expression. */
function plainIso(text: string): Stamp | undefined {
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(13) !== 0x3a) return undefined;
  for (const place of digitPlaces) {
    const digit = text.charCodeAt(place) - zero;
    if (!(digit >= 0 && digit <= 9)) return undefined;
  }
  let end = 19;
  let ms = 0;
  if (text.charCodeAt(end) === 0x2c || text.charCodeAt(end) === 0x2e) {
    let unit = 100;
    for (end++; ; end++, unit /= 10) {
      const digit = text.charCodeAt(end) - zero;
      if (!(digit >= 0 && digit <= 9)) break;
      ms += digit * unit;
    }
  }
  // A zone, or what could be one, is the expression's.
  if (text.charCodeAt(end) !== 0x20 || !isPlain(text.charCodeAt(end + 1))) return undefined;
  const two = (at: number): number =>
    (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero;
  const month = two(5) - 1;
  const [day, hours, minutes, seconds] = [two(8), two(11), two(14), two(17)];
  if (month < 0 || month > 11 || day < 1 || day > 31 || hours > 23 || minutes > 59)
    return undefined;
  const at = localHour(two(0) * 100 + two(2), month, day, hours) + minutes * 60_000;
  return { at: at + seconds * 1000 + Math.floor(ms), end, zoned: false };
}

/** Neither a sign nor the beginning of UTC, GMT or Z. */
function isPlain(code: number): boolean {
  return (
    code === 0x5b || code === 0x45 || code === 0x49 || code === 0x57 || code === 0x44 || code > 0x60
  );
}

let hourKey = -1;
let hourAt = 0;

/** The hour's beginning here. A log stays in one hour for long, and time zones are slow to ask. */
function localHour(year: number, month: number, day: number, hours: number): number {
  const key = ((year * 12 + month) * 32 + day) * 24 + hours;
  if (key !== hourKey) {
    hourAt = new Date(year, month, day, hours).getTime();
    hourKey = key;
  }
  return hourAt;
}

function yearless(
  month: number | undefined,
  day: number,
  clock: readonly (string | undefined)[],
  { now }: StampContext,
): { at: number; zoned: boolean } | undefined {
  const year = new Date(now).getFullYear();
  const [hours, minutes, seconds, fraction] = clock;
  const parsed = time(year, month, day, hours, minutes, seconds, fraction);
  if (parsed === undefined || parsed.at <= now + dayMs) return parsed;
  return time(year - 1, month, day, hours, minutes, seconds, fraction);
}
