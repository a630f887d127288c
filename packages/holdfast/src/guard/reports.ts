import type { Call, Link } from "../clients/index.ts";
import type { CircuitBreaker } from "../policy/index.ts";
import type { Judgement } from "./judge.ts";
import type { NodeObserver } from "./observer.ts";

/** Who is told how an attempt ended. */
export interface Reporting {
  readonly link: Link;
  readonly breaker: CircuitBreaker;
  readonly observer: NodeObserver;
}

/** The client failed the attempt: the breaker learns it, once for an attempt. */
export function reportFailure(
  { breaker, observer, link }: Reporting,
  call: Call,
  judgement: Judgement,
  error: unknown,
  now: number,
): void {
  const { connectionLost, countsAsFailure, replied } = judgement;
  if (connectionLost) observer.failure(link.address, causeOf(error));
  else if (countsAsFailure) observer.failure(link.address, error);
  if (call.reported) return;
  call.reported = true;
  const tookMs = now - call.sentAt;
  if (connectionLost) breaker.ignore(call.permit, now);
  else if (countsAsFailure) breaker.failure(call.permit, now, tookMs, error, !replied);
  else if (replied) breaker.success(call.permit, now, tookMs);
  else breaker.ignore(call.permit, now);
}

/**
 * The attempt has no reply in time.
 *
 * @param inFull - It had the time of a whole attempt, so the breaker counts it.
 */
export function reportOverdue(
  { breaker, observer, link }: Reporting,
  call: Call,
  error: unknown,
  now: number,
  inFull: boolean,
): void {
  observer.failure(link.address, error);
  if (call.reported) return;
  call.reported = true;
  if (inFull) breaker.failure(call.permit, now, now - call.sentAt, error);
  else breaker.ignore(call.permit, now);
}

/** Why the connection went, which tells more than that it did. */
function causeOf(loss: unknown): unknown {
  return (loss instanceof Error && loss.cause) || loss;
}
