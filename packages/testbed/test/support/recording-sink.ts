import type { ReplyPiece, ReplySink } from "../../src/proxy/reply-effect.ts";

/** Writes down what an effect does to the client's end: bytes as text, `FIN` and `RST`. */
export class RecordingSink implements ReplySink {
  readonly events: string[] = [];

  /** All bytes that were written. */
  get text(): string {
    return this.events.filter((event) => event !== "FIN" && event !== "RST").join("");
  }

  write(bytes: Buffer): void {
    this.events.push(bytes.toString("latin1"));
  }

  finish(): void {
    this.events.push("FIN");
  }

  reset(): void {
    this.events.push("RST");
  }
}

/** A piece that is a whole reply. */
export function whole(text: string): ReplyPiece {
  return { bytes: Buffer.from(text, "latin1"), first: true, last: true };
}

/** The pieces of one reply that came in several reads. */
export function inReads(...texts: readonly string[]): ReplyPiece[] {
  return texts.map((text, index) => ({
    bytes: Buffer.from(text, "latin1"),
    first: index === 0,
    last: index === texts.length - 1,
  }));
}
