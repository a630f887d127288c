import { ReplyFramer } from "../resp/framer.ts";
import type { ReplyPiece } from "./reply-effect.ts";

/**
 * Follows one connection's replies, so that a fault can start at any time and know where in a reply
 * it is. What is not RESP (TLS, another protocol) is passed on as pieces that are replies each.
 */
export class ReplyStream {
  readonly #framer: ReplyFramer = new ReplyFramer();
  #readable = true;
  /** Whole replies so far. */
  replies = 0;

  /** Follows without cutting: the way of every byte while there is no fault. */
  skip(chunk: Buffer): void {
    if (!this.#readable) return;
    try {
      for (let at = this.#framer.next(chunk, 0); at !== -1; at = this.#framer.next(chunk, at)) {
        this.replies += 1;
      }
    } catch {
      this.#readable = false;
    }
  }

  cut(chunk: Buffer): ReplyPiece[] {
    const pieces: ReplyPiece[] = [];
    let from = 0;
    let first = !this.#framer.midReply;
    try {
      while (this.#readable && from < chunk.length) {
        const at = this.#framer.next(chunk, from);
        const to = at === -1 ? chunk.length : at;
        pieces.push({ bytes: chunk.subarray(from, to), first, last: at !== -1 });
        if (at !== -1) this.replies += 1;
        from = to;
        first = true;
      }
    } catch {
      this.#readable = false;
    }
    if (from < chunk.length) pieces.push({ bytes: chunk.subarray(from), first: true, last: true });
    return pieces;
  }
}
