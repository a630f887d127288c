import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { inWords, look } from "./probe.ts";

/** Connections stay open and nothing gets through, while Redis itself is well. */
export const blackhole: Fault = {
  id: "blackhole",
  title: "packets vanish in both directions",
  standsFor: "a firewall rule, a lost route, a dead peer behind an open connection",
  atBoot: false,
  stopsReplies: true,
  unsupported: () => null,
  inject: ({ proxy }) => proxy.blackhole(),
  async verify({ server, proxy }) {
    const sighting = await look(proxy.port);
    // A Redis that is dead or frozen would be silent too, and would be another fault.
    const behind = server === null ? undefined : await look(server.port);
    const well = behind === undefined || behind === "answered";
    const addition = behind === undefined ? "" : `; past the proxy, ${inWords(behind)}`;
    return {
      injected: sighting === "silent" && well,
      observed: `${inWords(sighting)}${addition}`,
    };
  },
  restore: heal,
};
