import { requireInteger } from "../../options.ts";
import type { ReplyEffectFactory } from "../reply-effect.ts";
import { type SelectionOptions, selection } from "./selection.ts";

export interface ResetMidReplyOptions extends SelectionOptions {
  /** How much of the reply gets through. Default: half; always less than all of it, at least 1. */
  readonly afterBytes?: number;
}

/** The connection is reset (RST) when part of a reply has been passed on. */
export function resetMidReply(options: ResetMidReplyOptions): ReplyEffectFactory {
  const { afterBytes } = options;
  if (afterBytes !== undefined) requireInteger("afterBytes", afterBytes, 1, 1_073_741_824);
  const taken = selection(options);
  return (sink) => {
    // Undefined: this reply passes. Otherwise what may still pass of it.
    let left: number | undefined;
    return {
      heldBytes: 0,
      accept({ bytes, first, last }) {
        if (first) {
          const chosen = taken();
          left = chosen ? (afterBytes ?? Math.max(1, Math.floor(bytes.length / 2))) : undefined;
        }
        if (left === undefined) {
          sink.write(bytes);
          return;
        }
        const passed = Math.min(left, last ? bytes.length - 1 : bytes.length);
        if (passed > 0) sink.write(bytes.subarray(0, passed));
        left -= passed;
        if (left === 0 || last) sink.reset();
      },
      end: () => sink.finish(),
      release() {
        // The client has half of a reply whose rest was to be lost: it cannot be given anything else.
        if (left !== undefined) sink.reset();
      },
      discard() {},
    };
  };
}
