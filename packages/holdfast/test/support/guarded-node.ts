import { connectionLoss } from "../../src/clients/link.ts";
import { NodeGuard } from "../../src/guard/node-guard.ts";
import type { NodeObserver } from "../../src/guard/observer.ts";
import type { ProtectOptions } from "../../src/guard/options.ts";
import { resolveProtectOptions } from "../../src/guard/options.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeCall, FakeLink } from "./fake-link.ts";

/** A node guard on a fake clock, with a connection that the test holds in its hands. */
export function guardedNode(options: ProtectOptions = {}) {
  const clock = new FakeClock();
  const states: string[] = [];
  const retries: number[] = [];
  const observer: NodeObserver = {
    sent: () => {},
    retrying: (_node, _call, _error, waitMs) => retries.push(waitMs),
    failure: () => {},
    rejected: () => {},
    changed: (_node, _from, to) => states.push(to),
    connected: () => {},
    disconnected: () => {},
    recycled: () => {},
  };
  const settings = resolveProtectOptions({ clock, random: () => 0.5, ...options });
  const node = new NodeGuard(settings, observer, () => {});
  const link = new FakeLink();
  node.attach(link);
  node.connecting();
  node.up();
  const submit = (name?: string, ...args: readonly unknown[]) => {
    const call = new FakeCall(name, ...args);
    node.submit(call);
    return call;
  };
  return { clock, node, link, states, retries, submit };
}

/** An error reply of the server. */
export const reply = (message: string) => Object.assign(new Error(message), { name: "ReplyError" });
export const reset: Error = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });

/** The connection goes: what is in flight fails, then the adapter says so. */
export function loseConnection(
  { node, link }: ReturnType<typeof guardedNode>,
  calls: readonly FakeCall[],
  which: "written" | "unsent" = "written",
): void {
  link.ready = false;
  const loss = connectionLoss(reset);
  for (const call of calls) call.fail(node, loss[which]);
  node.down(reset);
}
