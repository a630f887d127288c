import type { SignalId } from "../../signals.ts";

/**
 * The error replies that point to a cause. Others are counted by their first word, and where that
 * is none of Redis's own, as `other`: what a server writes behind it may quote what it was sent.
 */
const signalByCode: Readonly<Record<string, SignalId>> = {
  NOAUTH: "packets.reply-auth",
  WRONGPASS: "packets.reply-auth",
  NOPERM: "packets.reply-auth",
  DENIED: "packets.reply-denied",
  LOADING: "packets.reply-loading",
  READONLY: "packets.reply-readonly",
  OOM: "packets.reply-oom",
  MISCONF: "packets.reply-misconf",
  BUSY: "packets.reply-busy",
  CLUSTERDOWN: "packets.reply-clusterdown",
  MASTERDOWN: "packets.reply-masterdown",
};

const otherCodes = new Set(
  "ERR MOVED ASK TRYAGAIN CROSSSLOT WRONGTYPE NOSCRIPT NOREPLICAS EXECABORT NOTBUSY UNBLOCKED UNKILLABLE BUSYGROUP NOGROUP BUSYKEY INPROG NOGOODSLAVE NOPROTO NOTREADY IOERR NOMASTERLINK NOADDR".split(
    " ",
  ),
);

const maxclients = "ERR max number of clients reached";
const authInWords =
  /^ERR (invalid password|(Client sent AUTH|AUTH <password> called)|operation not permitted)/i;

export interface ErrorMeaning {
  readonly code: string;
  readonly signal: SignalId | undefined;
  /** What may be quoted: nothing that the client sent. */
  readonly quote: string;
}

/** @param line - The reply without its first character. */
export function errorMeaning(line: string): ErrorMeaning {
  if (line.startsWith(maxclients)) {
    return { code: "ERR", signal: "packets.reply-maxclients", quote: `-${maxclients}` };
  }
  const code = /^[A-Z]+/.exec(line)?.[0] ?? "";
  if (code === "ERR" && authInWords.test(line)) {
    return { code, signal: "packets.reply-auth", quote: "-ERR (about AUTH)" };
  }
  const signal = Object.hasOwn(signalByCode, code) ? signalByCode[code] : undefined;
  if (signal === undefined && !otherCodes.has(code)) {
    return { code: "other", signal: undefined, quote: "an error" };
  }
  return { code, signal, quote: `-${code}` };
}
