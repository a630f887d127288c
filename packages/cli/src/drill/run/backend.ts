import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../failure.ts";
import { RespConnection, TestbedError } from "../../testbed.ts";
import type { Fault, FaultTarget, Verification } from "../faults/fault.ts";
import { epochNow } from "../load/plan.ts";

export interface Injection {
  /** Wall-clock time just before the injection began: a detection is never flattered. */
  readonly at: number;
  readonly verification: Verification;
}

/** Injects a fault and looks whether it is there. Never rejects: a failure makes the row invalid. */
export async function inject(fault: Fault, target: FaultTarget): Promise<Injection> {
  const at = epochNow();
  try {
    await fault.inject(target);
    return { at, verification: await fault.verify(target) };
  } catch (error) {
    const observed = `the injection failed: ${messageOf(error)}`;
    return { at, verification: { injected: false, observed } };
  }
}

export interface Restoration {
  /** Wall-clock time when the restoration was complete. */
  readonly at: number;
  /** Whether Redis answered again through the proxy. */
  readonly restored: boolean;
}

/** Takes the fault away and looks whether Redis is there again. Never rejects. */
export async function restore(fault: Fault, target: FaultTarget): Promise<Restoration> {
  try {
    await fault.restore(target);
  } catch {
    return { at: epochNow(), restored: false };
  }
  const at = epochNow();
  return { at, restored: await answers(target.proxy.port) };
}

const answerTries = 5;
const answerTimeoutMs = 400;

/** Whether Redis answers there; that it wants a password first is an answer too. */
export async function answers(port: number, host = "127.0.0.1"): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      const connection = await RespConnection.connect({ host, port, timeoutMs: answerTimeoutMs });
      try {
        await connection.command("PING");
        return true;
      } finally {
        connection.destroy();
      }
    } catch (error) {
      if (error instanceof TestbedError && error.code === "REPLY") return true;
      if (tries === answerTries) return false;
    }
    await sleep(answerTimeoutMs / 4);
  }
}
