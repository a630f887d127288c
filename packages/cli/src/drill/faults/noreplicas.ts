import type { Fault } from "./fault.ts";
import { changeSetting, restoreSettings } from "./own-server.ts";
import { refusal } from "./refusal.ts";

/** Too few replicas follow: the primary refuses writes that it could lose. */
export const noreplicas: Fault = refusal({
  id: "noreplicas",
  title: "Redis has lost its replicas (NOREPLICAS)",
  standsFor: "a lost machine where writes must be copied",
  reply: /^NOREPLICAS /,
  begin: (server) => changeSetting(server, "min-replicas-to-write", 1),
  end: restoreSettings,
});
