import type { ReplyEffectFactory } from "../reply-effect.ts";

const BULK = "$".charCodeAt(0);
const NULL = "_".charCodeAt(0);
// A longer value passes as it is: what a connection keeps must stay small.
const KEPT_MAX_BYTES = 1_048_576;

/**
 * The values that a connection gets are shifted by one: each command that is answered with a bulk
 * string (or null) gets the value that the one before it should have had. That is what a client does
 * to itself when it cancels a command and leaves the reply in the socket.
 *
 * Each command still gets exactly one reply, and other kinds of replies (`+OK`, integers, arrays)
 * pass, so handshakes work and the connection stays up: wrong values, no errors.
 */
export function swapReplies(): ReplyEffectFactory {
  return (sink) => {
    let previous: Buffer | undefined;
    let parts: Buffer[] = [];
    let keptBytes = 0;
    // A reply that had begun before the fault did is passed on as it is.
    let collecting = false;

    function passOn(): void {
      for (const part of parts) sink.write(part);
      forget();
    }

    function forget(): void {
      parts = [];
      keptBytes = 0;
      collecting = false;
    }

    return {
      // The proxy must go on reading until the reply is whole; what is kept has a bound of its own.
      heldBytes: 0,
      accept({ bytes, first, last }) {
        if (first) collecting = bytes[0] === BULK || bytes[0] === NULL;
        if (!collecting) {
          sink.write(bytes);
          return;
        }
        parts.push(bytes);
        keptBytes += bytes.length;
        if (keptBytes > KEPT_MAX_BYTES) {
          passOn();
        } else if (last) {
          const whole = Buffer.concat(parts);
          sink.write(previous ?? whole);
          previous = whole;
          forget();
        }
      },
      end() {
        passOn();
        sink.finish();
      },
      release: passOn,
      discard: forget,
    };
  };
}
