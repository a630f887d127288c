import { isHoldfastError } from "../../core/index.ts";
import type { Classification } from "./classification.ts";
import { classifyMessage, runsInScript } from "./message.ts";
import { classifyOwn } from "./own.ts";
import {
  answer,
  type BySystem,
  byClass,
  byReply,
  bySystem,
  harmlessReplies,
  notSent,
  refusedReply,
  unclearReply,
  unknown,
} from "./tables.ts";

/** How far a chain of causes is followed. */
const depthMax = 8;

/** How many members of an AggregateError, or replies of a transaction, are looked at. */
const membersMax = 32;

/** What is read of an error. Any of it may be missing, of another type, or throw. */
interface ErrorLike {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly replies?: unknown;
  readonly errorIndexes?: unknown;
  readonly socketError?: unknown;
  readonly lastNodeError?: unknown;
  readonly origin?: unknown;
  readonly stack?: unknown;
}

/**
 * Says what a live error of a Redis client means: node-redis, ioredis and iovalkey, Node's sockets,
 * resolver and TLS under them, the server's error replies, and Holdfast's own errors.
 *
 * It looks at codes, class names and messages, never at classes, so that errors of any installed
 * version, and those that crossed a structured clone, are told. Answers are shared frozen objects.
 * It never throws, whatever it is given.
 *
 * `outcome` is `not-sent` or `refused` only where the error proves it. A reply that no table knows
 * may come from the middle of a script, so its outcome is `unknown`.
 */
export function classify(error: unknown): Classification {
  try {
    return classifyAt(error, 0) ?? unknown;
  } catch {
    // A getter or proxy of the caller's threw.
    return unknown;
  }
}

function classifyAt(error: unknown, depth: number): Classification | undefined {
  if (depth > depthMax) return undefined;
  if (typeof error === "string") return classifyMessage(error);
  if (typeof error !== "object" || error === null) return undefined;
  if (isHoldfastError(error)) return classifyOwn(error);
  return classifyForeign(error as ErrorLike, depth);
}

function classifyForeign(error: ErrorLike, depth: number): Classification | undefined {
  const { code } = error;
  if (typeof code === "string") {
    const system = bySystem.get(code);
    if (system !== undefined) return classifySystem(system, error, depth);
    if (code === "ABORT_ERR") return undefined;
  }
  const name = classNameOf(error);
  const known = byClass.get(name);
  if (known !== undefined) return refinedByCause(known, error, depth);
  if (name === "MultiErrorReply") return classifyReplies(error, depth);
  if (name === "AbortError" && error.message === "The command was aborted") return notSent;
  if (name === "WatchError") return refusedReply;

  const { message } = error;
  const text = typeof message === "string" ? message : "";
  if (text === "") return classifySilent(name, error, depth);
  const byCode = classifyCode(text);
  if (byCode !== undefined) return byCode;
  if (replyClasses.has(name)) return classifyMessage(text, true) ?? unclearReply;
  return classifyMessage(text) ?? classifyInner(error, depth);
}

/** Carriers of the server's own text, which name no symptom themselves. */
const replyClasses: ReadonlySet<string> = new Set([
  "ReplyError",
  "ErrorReply",
  "SimpleError",
  "BlobError",
]);

/** The name of the class, since node-redis's errors are all named "Error". */
function classNameOf(error: ErrorLike): string {
  const constructed = (error as object).constructor as { name?: unknown } | undefined;
  const className = typeof constructed?.name === "string" ? constructed.name : "";
  const generic = className === "" || className === "Error" || className === "Object";
  return generic && typeof error.name === "string" ? error.name : className;
}

function classifySystem(system: BySystem, error: ErrorLike, depth: number): Classification {
  const { syscall } = error;
  if (syscall === "connect" || syscall === "getaddrinfo") return system.connect;
  // Several addresses were tried: each member knows its own phase.
  if (syscall === undefined && Array.isArray(error.errors)) {
    return classifyInner(error, depth) ?? system.connect;
  }
  if (syscall === "read" || syscall === "write") return system.transfer;
  // c-ares reports the resolver's own ECONNREFUSED and ETIMEDOUT under the query's name.
  if (typeof syscall === "string" && syscall.startsWith("query")) {
    return (bySystem.get("ENOTFOUND") ?? system).connect;
  }
  const told = typeof error.message === "string" ? classifyMessage(error.message) : undefined;
  return told ?? system.unphased;
}

/** The first word of a reply, when it is one of the codes. */
function classifyCode(message: string): Classification | undefined {
  const end = message.indexOf(" ");
  const code = end === -1 ? message : message.slice(0, end);
  const known = byReply.get(code);
  // A script passes an error on with its own position: what ran before it stays done.
  if (known !== undefined) return runsInScript(message) ? undefined : known;
  return harmlessReplies.has(code) ? refusedReply : undefined;
}

/** A client that gave up on a named failure: the failure is the symptom, the outcome stays its own. */
function refinedByCause(
  known: Classification,
  error: ErrorLike,
  depth: number,
): Classification | undefined {
  if (known.symptom !== "cluster-moved" && known.symptom !== "not-connected") return known;
  return classifyInner(error, depth) ?? known;
}

function classifyInner(error: ErrorLike, depth: number): Classification | undefined {
  for (const inner of [error.cause, error.lastNodeError, error.socketError, error.origin]) {
    const found = inner === undefined ? undefined : classifyAt(inner, depth + 1);
    if (found !== undefined) return found;
  }
  const { errors } = error;
  return Array.isArray(errors) ? firstOf(errors, depth) : undefined;
}

function firstOf(members: readonly unknown[], depth: number): Classification | undefined {
  for (const member of members.slice(0, membersMax)) {
    const found = classifyAt(member, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Of a transaction some commands failed; the others were executed. */
function classifyReplies(error: ErrorLike, depth: number): Classification | undefined {
  const { replies } = error;
  const errors = Array.isArray(replies)
    ? replies.slice(0, membersMax).filter((reply) => reply instanceof Error)
    : [];
  const found = firstOf(errors, depth);
  return found?.symptom === undefined
    ? unclearReply
    : answer(found.symptom, "unknown", "reply", found.countsAsFailure);
}

/** An error without a message: node-redis's command timer, or an AggregateError of attempts. */
function classifySilent(name: string, error: ErrorLike, depth: number): Classification | undefined {
  const inner = name === "TimeoutError" ? undefined : classifyInner(error, depth);
  if (inner !== undefined) return inner;
  const stack = typeof error.stack === "string" ? error.stack : "";
  // A structured clone loses the class; the stack still leads to the queue that made the error.
  if (name !== "TimeoutError" && !stack.includes("commands-queue")) return undefined;
  // The command timer runs until the command is written, so what it rejects was not sent. It is an
  // abort signal; the flush of written commands in a cluster's slot migration is a plain timer.
  const byCommandTimer = /AbortSignal|EventTarget/.test(stack);
  return answer("command-timeout", byCommandTimer ? "not-sent" : "unknown", "client");
}
