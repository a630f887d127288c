import { maxWordBytes, wordHashStart, wordHashStep } from "./commands.ts";

/** Hears of every whole message. */
export interface MessageHandler {
  message(reader: MessageReader): void;
}

const atType = 0;
const inNumber = 1;
const inBody = 2;
const inLine = 3;
const inInline = 4;

const carriageReturn = 13;
const lineFeed = 10;
const minus = 45;

/** A message of more elements, or a value of more bytes, is a misreading. */
const maxNumber = 2 ** 31;
const maxErrorBytes = 64;
const nothing: Uint8Array = new Uint8Array(0);

/**
 * Reads one direction of a Redis connection, RESP 2 or 3, in whatever pieces it comes. It keeps
 * nothing of keys and values: of a request the hash of its first word, of an error its first line.
 *
 * A message is over when as many elements were read as its aggregates announced, so that nesting
 * needs no stack.
 */
export class MessageReader {
  /** Whether the place in the protocol is known. Whoever feeds the reader may set it again. */
  isLost = false;
  /** The first byte of the message. */
  top = 0;
  /** Of its first string, in upper case. */
  wordHash: number = wordHashStart;
  /** When and in which frame its first byte came, and the last. */
  beganAt = 0;
  beganFrame = 0;
  time = 0;
  frame = 0;
  /** The first line of an error. */
  error: Uint8Array = nothing;
  errorLength = 0;

  readonly #handler: MessageHandler;
  readonly #readsRequests: boolean;
  #state = atType;
  #type = 0;
  #remaining = 0;
  #number = 0;
  #digits = 0;
  #isNegative = false;
  #bodyLeft = 0;
  /** Bytes of the word that is being hashed which are yet to come. */
  #wordLeft = 0;
  #wordIsDone = false;

  constructor(handler: MessageHandler, readsRequests: boolean) {
    this.#handler = handler;
    this.#readsRequests = readsRequests;
  }

  /** Whether a message has begun and not ended. */
  get isInside(): boolean {
    return this.#remaining > 0;
  }

  /** Starts anew at the beginning of a message. */
  reset(): void {
    this.isLost = false;
    this.#remaining = 0;
    this.#state = atType;
  }

  /** Goes past bytes that the capture does not hold, as far as they lie within one value. */
  skip(count: number): void {
    // The last two bytes end the value: who loses them loses nothing else.
    if (this.#state === inBody && count <= this.#bodyLeft) {
      this.#bodyLeft -= count;
      this.#wordLeft = 0;
      if (this.#bodyLeft === 0) this.#elementEnded();
      return;
    }
    // A short snap length cuts long errors, such as MISCONF: their first words are what tells.
    const isCutError = this.#state === inLine && this.top === minus && this.#remaining === 1;
    if (isCutError) this.#elementEnded();
    this.isLost = true;
  }

  read(bytes: Uint8Array, start: number, end: number, time: number, frame: number): void {
    this.time = time;
    this.frame = frame;
    let at = start;
    while (at < end && !this.isLost) {
      switch (this.#state) {
        case atType:
          this.#begin(bytes[at++] as number);
          break;
        case inNumber:
          at = this.#readNumber(bytes, at, end);
          break;
        case inBody:
          at = this.#readBody(bytes, at, end);
          break;
        case inLine:
          at = this.#readLine(bytes, at, end);
          break;
        default:
          at = this.#readInline(bytes, at, end);
      }
    }
  }

  #begin(type: number): void {
    if (this.#remaining === 0) {
      this.#remaining = 1;
      this.top = type;
      this.beganAt = this.time;
      this.beganFrame = this.frame;
      this.wordHash = wordHashStart;
      this.#wordIsDone = false;
      this.errorLength = 0;
    }
    this.#type = type;
    switch (type) {
      case 36: // $
      case 42: // *
      case 33: // !
      case 37: // %
      case 61: // =
      case 62: // >
      case 124: // |
      case 126: // ~
        this.#state = inNumber;
        this.#number = 0;
        this.#digits = 0;
        this.#isNegative = false;
        return;
      case 43: // +
      case 45: // -
      case 58: // :
      case 35: // #
      case 40: // (
      case 44: // ,
      case 95: // _
        if (this.#readsRequests && this.#remaining === 1 && this.top === type) this.isLost = true;
        this.#state = inLine;
        return;
      default:
        this.#beginInline(type);
    }
  }

  /** A request may be a line of words, as typed into telnet; empty lines keep a connection alive. */
  #beginInline(first: number): void {
    const isWord = (first >= 65 && first <= 90) || (first >= 97 && first <= 122);
    const isEmptyLine = first === carriageReturn || first === lineFeed;
    if (!this.#readsRequests || this.top !== first || !(isWord || isEmptyLine)) {
      this.isLost = true;
      return;
    }
    if (isEmptyLine) {
      this.#remaining = 0;
      return;
    }
    this.wordHash = wordHashStep(this.wordHash, first);
    this.#wordLeft = maxWordBytes;
    this.#state = inInline;
  }

  #readNumber(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    let number = this.#number;
    let digits = this.#digits;
    while (at < end) {
      const character = bytes[at++] as number;
      if (character >= 48 && character <= 57) {
        number = number * 10 + character - 48;
        if (++digits <= 10) continue;
      } else if (character === lineFeed && digits > 0) {
        this.#numberEnded(number);
        return at;
      } else if (character === carriageReturn && digits > 0) {
        continue;
      } else if (character === minus && digits === 0) {
        this.#isNegative = true;
        continue;
      }
      this.isLost = true;
      return at;
    }
    this.#number = number;
    this.#digits = digits;
    return at;
  }

  #numberEnded(count: number): void {
    if (count > maxNumber) {
      this.isLost = true;
      return;
    }
    this.#state = atType;
    const isBulk = this.#type === 36 || this.#type === 33 || this.#type === 61;
    if (this.#isNegative) {
      this.#elementEnded();
    } else if (isBulk) {
      this.#bodyLeft = count + 2;
      this.#wordLeft = this.#wordIsDone || count > maxWordBytes ? 0 : count;
      if (this.#type === 33 && this.top === 33) this.#wordLeft = count;
      this.#state = inBody;
    } else {
      const isPairs = this.#type === 37 || this.#type === 124;
      // Attributes stand before the value that they belong to.
      this.#remaining += (isPairs ? 2 * count : count) + (this.#type === 124 ? 1 : 0);
      this.#elementEnded();
    }
  }

  #readBody(bytes: Uint8Array, start: number, end: number): number {
    const stop = Math.min(end, start + this.#bodyLeft);
    if (this.#wordLeft > 0) {
      const wordEnd = Math.min(stop, start + this.#wordLeft);
      this.#wordLeft -= wordEnd - start;
      if (this.top === 33) this.#keepError(bytes, start, wordEnd);
      let hash = this.wordHash;
      for (let at = start; at < wordEnd; at++) hash = wordHashStep(hash, bytes[at] as number);
      this.wordHash = hash;
    }
    this.#bodyLeft -= stop - start;
    if (this.#bodyLeft === 0) this.#elementEnded();
    return stop;
  }

  #readLine(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && bytes[at] !== lineFeed) at++;
    if (this.top === minus) this.#keepError(bytes, start, at);
    if (at === end) return end;
    this.#elementEnded();
    return at + 1;
  }

  #readInline(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    for (; at < end && bytes[at] !== lineFeed; at++) {
      const character = bytes[at] as number;
      if (character <= 32) this.#wordLeft = 0;
      if (this.#wordLeft > 0) {
        this.#wordLeft--;
        this.wordHash = wordHashStep(this.wordHash, character);
      }
    }
    if (at === end) return end;
    this.#elementEnded();
    return at + 1;
  }

  #elementEnded(): void {
    this.#state = atType;
    this.#remaining--;
    if (this.#type !== 42 && this.#type !== 62 && this.#type !== 126) this.#wordIsDone = true;
    if (this.#remaining === 0) this.#handler.message(this);
  }

  #keepError(bytes: Uint8Array, start: number, end: number): void {
    if (this.error === nothing) this.error = new Uint8Array(maxErrorBytes);
    const stop = Math.min(end, start + maxErrorBytes - this.errorLength);
    for (let at = start; at < stop; at++) this.error[this.errorLength++] = bytes[at] as number;
  }
}
