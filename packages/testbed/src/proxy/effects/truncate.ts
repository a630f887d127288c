import { requireInteger } from "../../options.ts";
import type { ReplyEffectFactory } from "../reply-effect.ts";

export interface TruncateOptions {
  /** What each connection still gets before its orderly end (FIN), 0 to 1 GiB. */
  readonly afterBytes: number;
}

/** The connection ends in order after so many bytes, in the middle of a reply or not. */
export function truncate(options: TruncateOptions): ReplyEffectFactory {
  requireInteger("afterBytes", options.afterBytes, 0, 1_073_741_824);
  return (sink) => {
    let left = options.afterBytes;
    let cut = false;
    return {
      heldBytes: 0,
      accept({ bytes }) {
        if (cut) return;
        const passed = bytes.subarray(0, left);
        left -= passed.length;
        if (passed.length > 0) sink.write(passed);
        if (passed.length < bytes.length || left === 0) {
          cut = true;
          sink.finish();
        }
      },
      end: () => {
        if (!cut) sink.finish();
      },
      release() {},
      discard() {},
    };
  };
}
