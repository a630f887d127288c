import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { freePort, type RedisServer, startRedis } from "@holdfast/testbed";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Guard } from "../../src/index.ts";
import { eventually, settled, steadily } from "../guard/support.ts";

/** A library that is built on a Redis client, set up as an application sets it up. */
export interface Library {
  readonly name: string;
  /**
   * What it does before Redis was there for the first time. Default `"answers"`: it opens, and
   * requests settle. Documented limits: with `"waits"` requests wait, with `"opens late"` it has to be
   * opened when Redis is there.
   */
  readonly boot?: "answers" | "waits" | "opens late";
  /** On guarded clients for `port`. Resolves while Redis is not there, too. */
  open(port: number): Promise<Subject>;
}

export interface Subject {
  /** Of one of its clients: shows that the fault has reached the library. */
  readonly guard: Guard;
  /** What one user's request waits for. It may reject, and must never hang. */
  request(): Promise<unknown>;
  /** A round of all that the library is for, with keys of its own; rejects when any of it went wrong. */
  works(): Promise<void>;
  close(): Promise<unknown> | unknown;
}

/** No request may hang: the deadline of a guard is 1 s, and a library may try more than once. */
const requestBoundMs = 10_000;
const recoveryBoundMs = 20_000;

/** A name that no other round has used. */
export function fresh(prefix: string): string {
  return `${prefix}:${randomUUID()}`;
}

export async function opened(library: Library, port: number): Promise<Subject> {
  const subject = await library.open(port);
  onTestFinished(async () => {
    await within(requestBoundMs, "close()", Promise.resolve(subject.close()));
  });
  return subject;
}

export async function redis(): Promise<RedisServer> {
  const server = await startRedis();
  onTestFinished(() => server.close());
  return server;
}

/** Until it works again, however often it has to be asked. */
export async function recovered(subject: Subject): Promise<void> {
  let last: unknown;
  await eventually(async () => {
    const { error } = await settled(within(requestBoundMs, "a round", subject.works()));
    last = error;
    if (error !== undefined) await delay(50);
    return error === undefined;
  }, recoveryBoundMs).catch((error: Error) => {
    error.cause = last;
    throw error;
  });
}

/** A start without Redis, which comes a second later. */
export async function startsAlone(library: Library): Promise<void> {
  const port = await freePort();
  const { boot = "answers" } = library;
  const opening = opened(library, port);
  const asked = opening.then((subject) => settled(subject.request()));
  if (boot !== "opens late") await within(requestBoundMs, "the start", opening);
  if (boot === "answers") await within(requestBoundMs, "a request", asked);
  await delay(1_000);
  const server = await startRedis({ port });
  onTestFinished(() => server.close());
  await recovered(await within(requestBoundMs, "the start", opening));
  await within(requestBoundMs, "the first request", asked);
}

/** What every library has to stand: nobody's request hangs, no rejection is left over, and it works again. */
export async function survives(
  subject: Subject,
  fault: () => Promise<void>,
  end: () => Promise<void>,
): Promise<void> {
  const load = steadily(20, () => subject.request());
  await delay(60);
  const lost = new Promise<void>((resolve) => {
    subject.guard.on("state", ({ to }) => to === "open" && resolve());
  });
  await fault();
  await within(requestBoundMs, "the breaker's opening", lost);
  const inOutage = await settled(within(requestBoundMs, "a request", subject.request()));
  expect(inOutage.error?.message ?? "").not.toMatch(/^not within/);
  await end();
  await recovered(subject);
  const results = await load.stop();
  expect(Math.max(...results.map(({ ms }) => ms))).toBeLessThan(requestBoundMs);
}

/** The part of the conformance that is quick: all of the library's work, and a crash in the midst of it. */
export function conformance(library: Library): void {
  describe(`${library.name} on a guarded client`, () => {
    it("works, lets no request hang in a crash, and works again", async () => {
      const server = await redis();
      const subject = await opened(library, server.port);
      await recovered(subject);
      await survives(
        subject,
        () => server.kill(),
        () => server.restart(),
      );
    });
  });
}

export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const ended = new AbortController();
  const timeout = delay(ms, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`not within ${ms} ms: ${what}`);
  });
  timeout.catch(() => {});
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    ended.abort();
  }
}
