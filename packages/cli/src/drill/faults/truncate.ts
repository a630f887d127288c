import { connect } from "node:net";
import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";

// Room for a client's handshake.
const AFTER_BYTES = 2_000;
// A reply to PING has at least 7 bytes.
const PINGS = Math.ceil(AFTER_BYTES / 7);
const TIMEOUT_MS = 2_000;

/** Every connection ends in order after a while, in the middle of whatever it was saying. */
export const truncate: Fault = {
  id: "truncate",
  title: `connections end after ${AFTER_BYTES} bytes of replies`,
  standsFor: "a proxy with a limit, an idle timer that cuts replies",
  atBoot: false,
  stopsReplies: false,
  unsupported: () => null,
  inject: ({ proxy }) => proxy.truncate({ afterBytes: AFTER_BYTES }),
  async verify({ proxy }) {
    const { bytes, ending } = await readToTheEnd(proxy.port);
    // Counted, because a reset too can look like an orderly end to one who reads late.
    const injected = ending === "ended" && bytes === AFTER_BYTES;
    return { injected, observed: `the connection ${ending} after ${bytes} bytes` };
  },
  restore: heal,
};

interface Ending {
  readonly bytes: number;
  readonly ending: "ended" | "broke" | "stood";
}

/** Sends PINGs that are worth more bytes than the limit, and reads until the connection ends. */
function readToTheEnd(port: number): Promise<Ending> {
  return new Promise((resolve) => {
    let bytes = 0;
    const socket = connect({ port, host: "127.0.0.1" });
    const finish = (ending: Ending["ending"]): void => {
      socket.destroy();
      resolve({ bytes, ending });
    };
    socket.setTimeout(TIMEOUT_MS, () => finish("stood"));
    socket.on("error", () => finish("broke"));
    socket.on("end", () => finish("ended"));
    socket.on("data", (chunk) => {
      bytes += chunk.length;
      // The reply to the last PING is whole: there is no limit.
      if (bytes >= PINGS * 7) finish("stood");
    });
    socket.write("PING\r\n".repeat(PINGS));
  });
}
