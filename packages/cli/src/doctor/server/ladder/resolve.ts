import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { systemCodeOf } from "../../../testbed.ts";
import { DeadlineError, within } from "../deadline.ts";
import type { DnsFacts } from "../facts.ts";
import type { Settings } from "../options.ts";

const addressesMax = 32;

/** Resolves the name as applications do, by the system: /etc/hosts counts too. */
export async function resolve(host: string, settings: Settings): Promise<DnsFacts> {
  const began = performance.now();
  const elapsed = (): number => performance.now() - began;
  if (isIP(host) !== 0) return { host, addresses: [host], ms: 0 };
  try {
    const work = lookup(host, { all: true });
    const found = await within(settings.timeoutMs, `resolve ${host}`, settings.signal, work);
    const addresses = [...new Set(found.map(({ address }) => address))].slice(0, addressesMax);
    return { host, addresses, ms: elapsed() };
  } catch (error) {
    settings.signal.throwIfAborted();
    const code = error instanceof DeadlineError ? "timeout" : (systemCodeOf(error) ?? "failed");
    return { host, addresses: [], ms: elapsed(), error: code };
  }
}
