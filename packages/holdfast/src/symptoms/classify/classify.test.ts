import { describe, expect, it } from "vitest";
import { HoldfastError } from "../../core/index.ts";
import { classify } from "./classify.ts";

/** Makes an error of a class with this name, as a client's own class would be. */
function errorOf(className: string, message: string, extra: object = {}): Error {
  const made = { [className]: class extends Error {} }[className] as typeof Error;
  return Object.assign(new made(message), extra);
}

const brief = (error: unknown): string => {
  const { symptom, outcome, source } = classify(error);
  return `${symptom ?? "-"} ${outcome} ${source}`;
};

const system = (code: string, syscall: string): Error =>
  Object.assign(new Error(`${syscall} ${code}`), { code, syscall });

describe("classify", () => {
  it.each([
    [system("ECONNREFUSED", "connect"), "refused not-sent system"],
    [system("ETIMEDOUT", "connect"), "connect-timeout not-sent system"],
    [system("ETIMEDOUT", "read"), "command-timeout unknown system"],
    [system("EHOSTUNREACH", "connect"), "unreachable not-sent system"],
    [system("EHOSTUNREACH", "read"), "unreachable unknown system"],
    [system("ECONNRESET", "read"), "reset unknown system"],
    [system("ECONNRESET", "connect"), "reset not-sent system"],
    [system("EPIPE", "write"), "reset unknown system"],
    [system("ENOTFOUND", "getaddrinfo"), "dns not-sent system"],
    [system("EAI_AGAIN", "getaddrinfo"), "dns not-sent system"],
    [system("ECONNREFUSED", "queryA"), "dns not-sent system"],
    [system("EMFILE", "connect"), "fd-limit not-sent system"],
    [system("CERT_HAS_EXPIRED", ""), "tls not-sent system"],
  ])("tells a system error by its code and call: %s", (error, expected) => {
    expect(brief(error)).toBe(expected);
  });

  it.each([
    ["ConnectionTimeoutError", "Connection timeout", "connect-timeout not-sent client"],
    ["SocketTimeoutError", "Socket timeout timeout.", "command-timeout unknown client"],
    ["SocketClosedUnexpectedlyError", "Socket closed unexpectedly", "reset unknown client"],
    ["ClientClosedError", "The client is closed", "not-connected not-sent client"],
    ["ClientOfflineError", "The client is offline", "not-connected not-sent client"],
    ["DisconnectsClientError", "Disconnects client", "not-connected unknown client"],
    ["MaxRetriesPerRequestError", "Reached", "retries-exhausted unknown client"],
    ["MaxCommandRedirectionsError", "Too many", "cluster-moved refused client"],
    ["ParserError", 'Protocol error, got "H" as reply type byte.', "protocol unknown client"],
    ["TimeoutError", "Timeout waiting for a client after 5ms", "pool-exhausted not-sent client"],
    ["AbortError", "The command was aborted", "- not-sent client"],
    ["AbortError", "Command aborted due to connection close", "reset unknown client"],
    ["WatchError", "One (or more) of the watched keys", "- refused reply"],
  ])("tells a client's error by its class: %s", (name, message, expected) => {
    expect(brief(errorOf(name, message))).toBe(expected);
  });

  it.each([
    ["LOADING Redis is loading the dataset in memory", "loading refused reply"],
    ["READONLY You can't write against a read only replica.", "readonly refused reply"],
    ["ERR max number of clients reached", "maxclients refused reply"],
    ["ERR Client sent AUTH, but no password is set", "auth refused reply"],
    ["ERR wrong number of arguments for 'auth' command", "auth refused reply"],
    ["ERR unknown command 'FOO', with args beginning with:", "syntax refused reply"],
    ["MOVED 866 127.0.0.1:7001", "cluster-moved refused reply"],
    ["EXECABORT Transaction discarded because of previous errors.", "- refused reply"],
    ["ERR what a script says, connection refused", "- unknown reply"],
    ["MYCODE of a script", "- unknown reply"],
  ])("tells a reply by its code: %s", (message, expected) => {
    expect(brief(errorOf("SimpleError", message))).toBe(expected);
    expect(brief(errorOf("ReplyError", message))).toBe(expected);
  });

  it.each([
    ["Redis is loading the dataset in memory", "loading refused reply"],
    ["You can't write against a read only replica.", "readonly refused reply"],
    ["command not allowed when used memory > 'maxmemory'.", "oom refused reply"],
  ])("tells a reply whose code was stripped: %s", (message, expected) => {
    expect(brief(new Error(message))).toBe(expected);
  });

  it.each([
    "redis is down",
    "failed to connect to the cache: giving up on the reply",
    "operation timed out in the middle of connecting things",
  ])("does not claim by a vague message that nothing was sent: %s", (message) => {
    expect(classify(new Error(message)).outcome).toBe("unknown");
  });

  it("gives a missing script back at once", () => {
    expect(classify(new Error("NOSCRIPT No matching script. Please use EVAL."))).toMatchObject({
      symptom: "noscript",
      outcome: "refused",
      retryable: false,
      countsAsFailure: false,
    });
  });

  it("does not claim that a script which failed half way was not executed", () => {
    const message =
      "OOM command not allowed when used memory > 'maxmemory'. script: 3f, on @user_script:1.";
    expect(brief(errorOf("ReplyError", message))).toBe("oom unknown reply");
  });

  it("does not claim that a transaction of which a part failed was not executed", () => {
    const replies = ["OK", errorOf("SimpleError", "WRONGTYPE Operation against a key")];
    expect(brief(errorOf("MultiErrorReply", "1 commands failed", { replies }))).toBe(
      "wrongtype unknown reply",
    );
  });

  it("tells node-redis's empty timeout apart by what made it", () => {
    const timeout = errorOf("TimeoutError", "");
    timeout.stack = "Error\n at EventTarget.<anonymous> (commands-queue.js:183:19)";
    expect(brief(timeout)).toBe("command-timeout not-sent client");
    timeout.stack = "Error\n at Timeout._onTimeout (commands-queue.js:166:50)";
    expect(brief(timeout)).toBe("command-timeout unknown client");
  });

  it("looks into causes, members of an AggregateError and what clients attach", () => {
    const inner = system("ECONNREFUSED", "connect");
    const members = Object.assign(new AggregateError([inner, inner]), { code: "ETIMEDOUT" });
    expect(brief(members)).toBe("refused not-sent system");
    expect(brief(new AggregateError([new Error("?"), inner]))).toBe("refused not-sent system");
    expect(brief(new Error("wrapped", { cause: new Error("again", { cause: inner }) }))).toBe(
      "refused not-sent system",
    );
    expect(
      brief(
        errorOf("ClusterAllFailedError", "Failed to refresh slots cache.", {
          lastNodeError: inner,
        }),
      ),
    ).toBe("refused not-sent system");
  });

  it("follows a chain of causes to a bounded depth, and cycles to an end", () => {
    const cycle = new Error("a");
    cycle.cause = new Error("b", { cause: cycle });
    expect(brief(cycle)).toBe("- unknown unknown");
    let chain: Error = system("ECONNREFUSED", "connect");
    for (let depth = 0; depth < 8; depth++) chain = new Error("wrapper", { cause: chain });
    expect(brief(chain)).toBe("refused not-sent system");
    expect(brief(new Error("one too many", { cause: chain }))).toBe("- unknown unknown");
  });

  it.each(["connect ECONNREFUSED 127.0.0.1:6379", "read ECONNRESET", "Connection is closed."])(
    "tells an error that crossed a structured clone: %s",
    (message) => {
      const made = Object.assign(new Error(message), { code: undefined });
      expect(brief(structuredClone(made))).toBe(brief(new Error(message)));
      expect(classify(structuredClone(made)).symptom).toBeDefined();
    },
  );

  it("passes on what Holdfast's own errors carry", () => {
    const deadline = new HoldfastError("HOLDFAST_DEADLINE", "late", { outcome: "unknown" });
    expect(brief(deadline)).toBe("command-timeout unknown client");
    expect(classify(deadline)).toMatchObject({ retryable: true, countsAsFailure: true });
    const open = new HoldfastError("HOLDFAST_OPEN", "open", { symptom: "refused" });
    expect(brief(open)).toBe("refused not-sent client");
    expect(classify(open)).toMatchObject({ retryable: true, countsAsFailure: false });
    expect(brief(new HoldfastError("HOLDFAST_OPTIONS", "bad", { symptom: "no such" }))).toBe(
      "- not-sent client",
    );
  });

  it("does not let writes that are refused, or one forbidden command, count for a breaker", () => {
    for (const reply of ["OOM x", "MISCONF x", "READONLY x", "NOREPLICAS x", "NOPERM x"]) {
      expect(classify(errorOf("SimpleError", reply)).countsAsFailure).toBe(false);
    }
    for (const reply of ["NOAUTH x", "WRONGPASS x", "LOADING x", "BUSY x", "CLUSTERDOWN x"]) {
      expect(classify(errorOf("SimpleError", reply)).countsAsFailure).toBe(true);
    }
  });

  it("answers for whatever is thrown", () => {
    const hostile = new Proxy(new Error("x"), {
      get() {
        throw new Error("no");
      },
    });
    const thrower = {
      get message() {
        throw new Error("no");
      },
    };
    const odd = { message: 1, code: {}, cause: [], constructor: null, name: Symbol("x") };
    for (const thrown of [
      null,
      undefined,
      0,
      1n,
      Symbol("x"),
      () => {},
      [],
      hostile,
      thrower,
      odd,
    ]) {
      expect(brief(thrown)).toBe("- unknown unknown");
    }
    expect(brief(Object.create(null))).toBe("- unknown unknown");
    expect(brief("connect ECONNREFUSED 10.0.0.1:6379")).toBe("refused not-sent system");
  });

  it("allocates no answer twice", () => {
    expect(classify(system("ECONNREFUSED", "connect"))).toBe(
      classify(system("ECONNREFUSED", "connect")),
    );
  });
});
