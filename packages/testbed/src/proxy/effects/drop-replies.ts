import type { ReplyEffectFactory } from "../reply-effect.ts";
import { type SelectionOptions, selection } from "./selection.ts";

export interface DropRepliesOptions extends SelectionOptions {
  /**
   * What the client sees in place of the reply. `reset` (default): RST. `silence`: nothing more at
   * all on that connection, until the fault is over; then it is reset, because a stream of replies
   * with one missing would give every later reply to the wrong command.
   */
  readonly instead?: "reset" | "silence";
}

/** The server has executed the command, and the client never learns it. */
export function dropReplies(options: DropRepliesOptions): ReplyEffectFactory {
  const silent = options.instead === "silence";
  const taken = selection(options);
  return (sink) => {
    let dropped = false;
    return {
      heldBytes: 0,
      accept({ bytes, first }) {
        if (first && !dropped && taken()) {
          dropped = true;
          if (!silent) sink.reset();
        }
        if (!dropped) sink.write(bytes);
      },
      end: () => {
        if (!dropped) sink.finish();
      },
      release() {
        if (dropped) sink.reset();
      },
      discard() {},
    };
  };
}
