import { inspect } from "node:util";
import { expect, it } from "vitest";
import { refusal } from "../core/index.ts";
import { bareError } from "./bare-error.ts";

class ReplyError extends Error {
  override readonly name = "ReplyError";
}

function replyError(message: string, more: object = {}): ReplyError {
  return Object.assign(new ReplyError(message), more);
}

const seen = (error: unknown) =>
  inspect(error, { depth: 12, showHidden: true }) + JSON.stringify(error);

it("leaves the command out, and keeps class, name, message, code and stack", () => {
  const error = replyError("NOAUTH no", {
    code: "NOAUTH",
    command: { name: "hello", args: ["3", "AUTH", "default", "s3cret"] },
  });
  const bare = bareError(error) as Error & { code: string };
  expect(seen(bare)).not.toContain("s3cret");
  expect(bare).toBeInstanceOf(ReplyError);
  expect([bare.name, bare.message, bare.code]).toEqual(["ReplyError", "NOAUTH no", "NOAUTH"]);
  expect(bare.stack).toBe(error.stack);
  expect(seen(error)).toContain("s3cret");
});

it("looks into causes and aggregates", () => {
  const inner = replyError("LOADING", { command: { args: ["s3cret"] } });
  const outer = new Error("no node", { cause: new AggregateError([inner, "text"], "all failed") });
  const bare = bareError(outer) as Error & { cause: AggregateError };
  expect(seen(bare)).not.toContain("s3cret");
  expect(bare.cause.errors).toEqual([expect.any(ReplyError), "text"]);
});

it("leaves out what the server quotes of an unknown command", () => {
  const message = "ERR unknown command 'GTE', with args beginning with: 'key' 's3cret' ";
  const bare = bareError(replyError(message)) as Error;
  expect(seen(bare)).not.toContain("s3cret");
  expect(bare.message).toBe("ERR unknown command 'GTE'");
});

it("gives back what has nothing to leave out, and one copy for one error", () => {
  const socket = Object.assign(new Error("connect ECONNREFUSED"), {
    code: "ECONNREFUSED",
    port: 1,
  });
  const ours = refusal("HOLDFAST_OPEN", "open", { cause: socket });
  for (const value of [socket, ours, undefined, "text"]) expect(bareError(value)).toBe(value);
  const error = replyError("OOM", { command: {} });
  expect(bareError(error)).toBe(bareError(error));
  const loop = new Error("loop");
  loop.cause = loop;
  expect(bareError(loop)).toBe(loop);
});
