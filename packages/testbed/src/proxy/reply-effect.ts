/** A stretch of one reply: all of it, or as much as came in one read. */
export interface ReplyPiece {
  readonly bytes: Buffer;
  /** Whether it begins with the reply's first byte. */
  readonly first: boolean;
  /** Whether it ends with the reply's last byte. */
  readonly last: boolean;
}

/** The client's end of one connection, as an effect may use it. */
export interface ReplySink {
  write(bytes: Buffer): void;
  /** Ends the connection in order (FIN) after what was written. */
  finish(): void;
  /** Ends both halves by RST, after what was written has reached the kernel. */
  reset(): void;
}

/** What a fault does to the replies of one connection. Bytes go in as pieces and leave by the sink. */
export interface ReplyEffect {
  /** Bytes that wait here; the proxy stops reading from the server above a limit. */
  readonly heldBytes: number;
  accept(piece: ReplyPiece): void;
  /** The server has ended its half: to be passed on after what is held. */
  end(): void;
  /** The fault is over: everything held leaves now, in order, and no timer stays. */
  release(): void;
  /** The connection is gone: no timer stays. */
  discard(): void;
}

export type ReplyEffectFactory = (sink: ReplySink) => ReplyEffect;
