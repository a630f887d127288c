import { type Generator, startGenerator } from "./generator.ts";
import { epochNow, type LoadCommand, type LoadMessage, type LoadPlan } from "./plan.ts";
import { goFirst } from "./priority.ts";
import { rehearse } from "./rehearsal.ts";
import { createRequester } from "./request.ts";
import type { Sample } from "./sample.ts";

/*
 * The load generator's process. It is one of its own so that neither the drill's proxies nor its
 * drawing of the progress delay a request: the generator must not be what it measures.
 */

/** How often samples go to the drill, in milliseconds: the progress shown is this fresh. */
const batchMs = 100;

let current: Generator | undefined;

function tell(message: LoadMessage): void {
  if (process.connected) process.send?.(message);
}

async function run(plan: LoadPlan): Promise<void> {
  const requesters = plan.targets.map(({ url }) => createRequester(url, plan.expect));
  let batch: Sample[] = [];
  const flush = (): void => {
    if (batch.length > 0) tell({ type: "samples", samples: batch });
    batch = [];
  };
  const flusher = setInterval(flush, batchMs);
  current = startGenerator({
    plan,
    clock: {
      now: () => epochNow() - plan.startAt,
      schedule: (callback, delayMs) => setTimeout(callback, delayMs),
    },
    send: async (target, id, remainingMs) =>
      (await requesters[target]?.send(id, remainingMs)) ?? "connection",
    onSample: (sample) => batch.push(sample),
  });
  await current.done;
  clearInterval(flusher);
  flush();
  for (const requester of requesters) requester.close();
  current = undefined;
  tell({ type: "done" });
}

process.on("message", (command: LoadCommand) => {
  if (command.type === "run") void run(command.plan);
  else current?.end(command.atMs);
});
// The drill is gone, however it went: nobody wants this load any more.
process.on("disconnect", () => process.exit(0));

goFirst();
void rehearse().then(() => tell({ type: "ready" }));
