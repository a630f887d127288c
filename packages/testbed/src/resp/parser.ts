import { TestbedError } from "../errors.ts";
import { requireInteger } from "../options.ts";
import { decodeReply } from "./decoder.ts";
import { ReplyFramer } from "./framer.ts";
import type { RespValue } from "./value.ts";

/** Default of {@link ReplyParserOptions.replyMaxBytes}: 64 MiB. */
export const REPLY_MAX_BYTES = 67_108_864;

export interface ReplyParserOptions {
  /** The longest reply that is kept while it comes in, in bytes. Default 64 MiB, at least 16. */
  readonly replyMaxBytes?: number;
}

/** Turns a stream of RESP 2 or 3, in pieces of any size, into replies. */
export class ReplyParser {
  readonly #framer: ReplyFramer = new ReplyFramer();
  readonly #replyMaxBytes: number;
  #parts: Buffer[] = [];
  #partBytes = 0;

  constructor(options: ReplyParserOptions = {}) {
    this.#replyMaxBytes = options.replyMaxBytes ?? REPLY_MAX_BYTES;
    requireInteger("replyMaxBytes", this.#replyMaxBytes, 16, Number.MAX_SAFE_INTEGER);
  }

  /** Whether a reply has begun and not ended. */
  get midReply(): boolean {
    return this.#framer.midReply;
  }

  /**
   * @returns The replies that this chunk completes.
   * @throws TestbedError `PROTOCOL` or `LIMIT`: the stream cannot be read any further.
   */
  push(chunk: Buffer): RespValue[] {
    const replies: RespValue[] = [];
    let start = 0;
    for (;;) {
      const end = this.#framer.next(chunk, start);
      if (end === -1) break;
      this.#keep(chunk.subarray(start, end));
      replies.push(
        decodeReply(this.#parts.length === 1 ? this.#first() : Buffer.concat(this.#parts)),
      );
      this.#parts = [];
      this.#partBytes = 0;
      start = end;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return replies;
  }

  #first(): Buffer {
    return this.#parts[0] ?? Buffer.alloc(0);
  }

  #keep(part: Buffer): void {
    this.#partBytes += part.length;
    if (this.#partBytes > this.#replyMaxBytes) {
      throw new TestbedError("LIMIT", `a reply is longer than ${this.#replyMaxBytes} bytes`);
    }
    this.#parts.push(part);
  }
}
