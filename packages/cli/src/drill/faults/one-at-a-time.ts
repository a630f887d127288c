import type { FaultProxy } from "../../testbed.ts";
import type { Fault, FaultTarget } from "./fault.ts";

const running = new WeakMap<FaultProxy, Promise<void>>();

/**
 * The same fault, its injections and restorations queued up for each target. A Ctrl-C can ask for the
 * restoration while the injection is at work: done at once, the rest of the injection would follow
 * it, and the port would stay closed.
 */
export function oneAtATime(fault: Fault): Fault {
  return {
    ...fault,
    inject: (target) => afterOthers(target, () => fault.inject(target)),
    restore: (target) => afterOthers(target, () => fault.restore(target)),
  };
}

function afterOthers(target: FaultTarget, operation: () => Promise<void>): Promise<void> {
  const before = running.get(target.proxy) ?? Promise.resolve();
  const done = before.then(operation);
  // A failed injection is reported to its caller and must not keep the restoration from running.
  running.set(
    target.proxy,
    done.catch(() => {}),
  );
  return done;
}
