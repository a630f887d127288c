import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { inWords, look } from "./probe.ts";

/**
 * SIGSTOP: the kernel still completes connections and takes commands, and no reply comes. Nothing is
 * reported as an error, so only a deadline notices. What was sent runs after SIGCONT.
 */
export const freeze: Fault = {
  id: "freeze",
  title: "Redis stands still (SIGSTOP)",
  standsFor: "a host migration, a stalled disk, a machine that swaps",
  atBoot: false,
  stopsReplies: true,
  unsupported: () => null,
  async inject({ server, proxy }) {
    if (server === null) await proxy.blackhole();
    else await server.freeze();
  },
  async verify({ server, proxy }) {
    const sighting = await look(proxy.port);
    const stopped = server === null || server.frozen;
    const process = server === null ? "" : `the process is ${stopped ? "stopped" : "running"}, `;
    return {
      injected: sighting === "silent" && stopped,
      observed: `${process}${inWords(sighting)}`,
    };
  },
  restore: heal,
};
