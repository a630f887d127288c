import type { Fault } from "./fault.ts";
import { changeSetting, restoreSettings } from "./own-server.ts";
import { refusal } from "./refusal.ts";

/** The memory is full and nothing may be evicted: reads go on, writes are refused. */
export const oom: Fault = refusal({
  id: "oom",
  title: "Redis is out of memory (maxmemory, noeviction)",
  standsFor: "a job queue that nobody empties, keys without an expiry",
  reply: /^OOM /,
  async begin(server) {
    await changeSetting(server, "maxmemory-policy", "noeviction");
    await changeSetting(server, "maxmemory", 1);
  },
  end: restoreSettings,
});
