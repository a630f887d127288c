import { unclear, type Value } from "./value.ts";

export type Dialect = "javascript" | "python";

/** Deeper than that nobody writes options. */
const depthMax = 12;
const entriesMax = 200;

/** The arguments of a call: in order, and by name in Python. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: Readonly<Record<string, Value>>;
}

/**
 * Reads values out of JavaScript, TypeScript or Python without knowing the language: literals,
 * objects, arrays, arithmetic of numbers, and names that the same file gives a literal. All else is
 * {@link unclear}. It never fails: a source that it does not understand has unclear values.
 */
export class SourceReader {
  readonly #text: string;
  readonly #dialect: Dialect;
  #at = 0;
  #depth = 0;
  readonly #resolving = new Set<string>();

  constructor(text: string, dialect: Dialect) {
    this.#text = text;
    this.#dialect = dialect;
  }

  /** The arguments of the call whose parenthesis opens at a place. */
  argumentsAt(open: number): Arguments {
    this.#at = open + 1;
    this.#depth++;
    const positional: Value[] = [];
    const named: Record<string, Value> = {};
    for (let count = 0; count < entriesMax; count++) {
      this.#skipBlank();
      if (this.#at >= this.#text.length || this.#peek() === ")") break;
      const name =
        this.#dialect === "python" ? this.#match(/([A-Za-z_]\w{0,60})\s{0,5}=(?!=)/y) : undefined;
      const spread = name === undefined ? this.#match(/(\.\.\.|\*\*)/y) : undefined;
      const value = this.#value();
      if (name !== undefined) named[name] = value;
      else if (spread !== undefined) Object.assign(named, typeof value === "object" ? value : {});
      else positional.push(value);
      if (!this.#skipComma()) break;
    }
    this.#depth--;
    return { positional, named };
  }

  #value(): Value {
    this.#skipBlank();
    if (++this.#depth > depthMax) {
      this.#depth--;
      this.#skipRest();
      return unclear;
    }
    const value = this.#simple();
    this.#depth--;
    const rest = this.#skipRest();
    if (rest === "") return value;
    // 5 * 1000, and TypeScript's "as const" and "satisfies".
    if (/^(?:as|satisfies)\b/.test(rest)) return value;
    return typeof value === "number" ? product(value, rest) : unclear;
  }

  #simple(): Value {
    const character = this.#peek();
    if (character === "{") return this.#object();
    if (character === "[") return this.#array();
    const text = this.#string();
    if (text !== undefined) return text;
    const number = this.#match(/(-?\d[\d_]{0,20}(?:\.\d{1,10})?)/y);
    if (number !== undefined) return Number(number.replaceAll("_", ""));
    const name = this.#match(/([A-Za-z_$][\w$]{0,80})/y);
    if (name === undefined) return unclear;
    const literals: Readonly<Record<string, Value>> = {
      true: true,
      false: false,
      null: null,
      None: null,
      True: true,
      False: false,
    };
    if (Object.hasOwn(literals, name)) return literals[name] as Value;
    const next = this.#peek();
    if (name === "dict" && next === "(") {
      const { named } = new SourceReader(this.#text, this.#dialect).argumentsAt(this.#at);
      this.#skipBrackets();
      return named;
    }
    // A part or the result of something is not the thing itself.
    return next === "." || next === "(" || next === "[" ? unclear : this.#named(name);
  }

  /** The literal that the file gives a name, when it is given once. */
  #named(name: string): Value {
    if (this.#resolving.has(name) || this.#resolving.size > depthMax) return unclear;
    const escaped = name.replaceAll("$", "\\$");
    const pattern =
      this.#dialect === "python"
        ? new RegExp(`^[ \\t]{0,40}${escaped}(?:\\s{0,3}:[^=\\n]{1,100})?\\s{0,3}=(?!=)`, "gm")
        : new RegExp(
            `\\b(?:const|let|var)\\s{1,5}${escaped}(?:\\s{0,3}:[^=\\n]{1,200})?\\s{0,3}=(?!=)`,
            "g",
          );
    const found = [...this.#text.matchAll(pattern)];
    const [only] = found;
    if (only === undefined || found.length > 1) return unclear;
    const reader = new SourceReader(this.#text, this.#dialect);
    for (const known of this.#resolving) reader.#resolving.add(known);
    reader.#resolving.add(name);
    reader.#at = only.index + only[0].length;
    return reader.#value();
  }

  #object(): Value {
    this.#at++;
    const object: Record<string, Value> = {};
    for (let count = 0; count < entriesMax; count++) {
      this.#skipBlank();
      if (this.#at >= this.#text.length || this.#peek() === "}") break;
      if (this.#match(/(\.\.\.|\*\*)/y) !== undefined) {
        const spread = this.#value();
        if (typeof spread === "object" && spread !== null) Object.assign(object, spread);
      } else {
        this.#entry(object);
      }
      if (!this.#skipComma()) break;
    }
    if (this.#peek() === "}") this.#at++;
    return object;
  }

  #entry(object: Record<string, Value>): void {
    const name = this.#string() ?? this.#match(/([A-Za-z_$][\w$]{0,80})/y);
    this.#skipBlank();
    if (name === undefined) {
      this.#skipRest();
    } else if (this.#peek() === ":") {
      this.#at++;
      object[name] = this.#value();
    } else if (this.#peek() === "," || this.#peek() === "}") {
      object[name] = this.#named(name);
    } else {
      // A method, or what else may stand there.
      object[name] = unclear;
      this.#skipRest();
    }
  }

  #array(): Value {
    this.#at++;
    const values: Value[] = [];
    for (let count = 0; count < entriesMax; count++) {
      this.#skipBlank();
      if (this.#at >= this.#text.length || this.#peek() === "]") break;
      values.push(this.#value());
      if (!this.#skipComma()) break;
    }
    if (this.#peek() === "]") this.#at++;
    return values;
  }

  /** A string without anything put into it. */
  #string(): string | undefined {
    const prefix = this.#dialect === "python" ? this.#match(/([rbuRBU]{1,2})(?=["'])/y) : undefined;
    const quote = this.#peek();
    if (quote !== '"' && quote !== "'" && quote !== "`") return prefix;
    const start = this.#at;
    this.#skipString();
    const text = this.#text.slice(start + 1, this.#at - 1);
    return quote === "`" && text.includes("${") ? undefined : text.replaceAll(/\\(.)/gs, "$1");
  }

  #skipString(): void {
    const quote = this.#peek();
    const long = quote.repeat(3);
    const end = this.#dialect === "python" && this.#text.startsWith(long, this.#at) ? long : quote;
    this.#at += end.length;
    while (this.#at < this.#text.length && !this.#text.startsWith(end, this.#at)) {
      this.#at += this.#text[this.#at] === "\\" ? 2 : 1;
    }
    this.#at += end.length;
  }

  /** Goes to what ends a value, and gives what it went over. */
  #skipRest(): string {
    const start = this.#at;
    while (this.#at < this.#text.length) {
      // A statement ends with its line where nothing is open: a constant's value.
      if (this.#depth === 0 && this.#isAtLineEnd()) break;
      this.#skipBlank();
      const character = this.#peek();
      if (/^[,;)\]}]?$/.test(character)) break;
      if (/["'`]/.test(character)) this.#skipString();
      else if (/[([{]/.test(character)) this.#skipBrackets();
      else this.#at++;
    }
    return this.#text.slice(start, this.#at).trim();
  }

  #isAtLineEnd(): boolean {
    const end = /[ \t]*(?:#[^\n]*|\/\/[^\n]*)?(?:\r?\n|$)/y;
    end.lastIndex = this.#at;
    return end.test(this.#text);
  }

  #skipBrackets(): void {
    let open = 0;
    do {
      this.#skipBlank();
      const character = this.#peek();
      if (character === "") return;
      if (/["'`]/.test(character)) {
        this.#skipString();
        continue;
      }
      if (/[([{]/.test(character)) open++;
      if (/[)\]}]/.test(character)) open--;
      this.#at++;
    } while (open > 0);
  }

  #skipComma(): boolean {
    this.#skipBlank();
    if (this.#peek() !== ",") return false;
    this.#at++;
    return true;
  }

  /** White space and comments. */
  #skipBlank(): void {
    const blank =
      this.#dialect === "python" ? /(?:\s|#[^\n]*)*/y : /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
    blank.lastIndex = this.#at;
    this.#at += blank.exec(this.#text)?.[0].length ?? 0;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match[1];
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }
}

/** `5` and ` * 1000` are 5000; anything else is unclear. */
function product(first: number, rest: string): Value {
  if (!/^(?:\*{1}\s{0,3}\d[\d_]{0,15}(?:\.\d{1,9})?\s{0,3}){1,6}$/.test(rest)) return unclear;
  return rest
    .split("*")
    .map((factor) => factor.trim().replaceAll("_", ""))
    .filter((factor) => factor !== "")
    .reduce((result, factor) => result * Number(factor), first);
}
