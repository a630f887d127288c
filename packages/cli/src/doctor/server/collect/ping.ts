import { setTimeout as sleep } from "node:timers/promises";
import type { PingFacts } from "../facts.ts";
import type { Settings } from "../options.ts";
import type { Session } from "../session.ts";

const intervalMs = 20;
/** At least so many, whatever the interval between the samples. */
const pingsMin = 25;
const pingsMax = 5_000;

/**
 * PINGs from now until `untilMs` on the monotonic clock, evenly: a stall of the server between two
 * samples is seen. How late this process itself was is measured beside it.
 */
export async function pingUntil(
  session: Session,
  untilMs: number,
  settings: Settings,
): Promise<PingFacts> {
  const { signal, onProgress } = settings;
  const began = performance.now();
  const latencies: number[] = [];
  const failures: string[] = [];
  const delays: number[] = [];
  const spacing = Math.max(intervalMs, (untilMs - began) / pingsMax);
  while (latencies.length < pingsMax) {
    if (performance.now() >= untilMs && latencies.length >= pingsMin) break;
    const sent = performance.now();
    const answer = await session.ask("PING");
    if (answer.ok) latencies.push(performance.now() - sent);
    else failures.push(answer.reason);
    // Every further one would be refused too, or cost another time-out.
    if (!answer.ok) break;
    const share = Math.min(1, (performance.now() - began) / Math.max(1, untilMs - began));
    onProgress({ step: "measuring PING between two samples", share });
    const pause = performance.now() < untilMs ? spacing : 1;
    const before = performance.now();
    await sleep(pause, undefined, { signal });
    delays.push(Math.max(0, performance.now() - before - pause));
  }
  delays.sort((a, b) => a - b);
  const median = delays[Math.floor(delays.length / 2)] ?? 0;
  return { latencies, failures, ownDelay: { median, max: delays.at(-1) ?? 0 } };
}
