import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { FakeCall } from "../../../test/support/fake-link.ts";
import { refusal } from "../../core/index.ts";
import type { AdapterHost } from "../adapter.ts";
import type { Call, CallOwner } from "../call.ts";
import { currentEntry, EntryCall, nestedHost } from "./entry-call.ts";

function setUp(run: (call: EntryCall) => Promise<unknown>, isOpen = () => true) {
  const entered: Call[] = [];
  const failures: unknown[] = [];
  const owner: CallOwner = {
    submit: (call) => call.send(),
    enter: (call) => entered.push(call),
    failed: (_call, error) => failures.push(error),
  };
  const details = { name: "COMMAND", args: undefined, size: 1, run, isOpen };
  const result: { value?: unknown } = {};
  const call = new EntryCall(
    owner,
    details,
    (value) => {
      result.value = value;
    },
    () => {},
  );
  return { call, entered, failures, result };
}

/** The host of a connection, which keeps what comes to it. */
function nodeHost(clock: FakeClock) {
  const [submitted, entered] = [[] as Call[], [] as Call[]];
  const host: AdapterHost = {
    clock,
    connectMs: 1_000,
    submit: (call) => submitted.push(call),
    enter: (call) => entered.push(call),
    failed: () => {},
    connecting: () => {},
    up: () => {},
    down: () => 0,
    closed: () => {},
    adopt: () => {},
  };
  return { host: nestedHost(host), submitted, entered };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const left = refusal("HOLDFAST_CLOSED", "the client was closed", { outcome: "not-sent" });

describe("a call of a client with several connections", () => {
  it("gives its deadline and its name to what it hands to a connection at once", async () => {
    const clock = new FakeClock();
    const { host, entered, submitted } = nodeHost(clock);
    const command = new FakeCall("INCR", "k");
    const { call, result } = setUp((own) =>
      own.carry(async () => {
        host.submit(command);
        await settle();
        host.submit(new FakeCall("GET", "later"));
        return "done";
      }),
    );
    call.deadlineAt = 1_234;
    call.send();
    expect(currentEntry()).toBeUndefined();
    expect(call.placed).toBe(true);
    expect([entered[0], command.deadlineAt, command.nested]).toEqual([command, 1_234, true]);
    expect(call.name).toBe("INCR");
    await settle();
    await settle();
    expect(result.value).toBe("done");
    expect(call.placed).toBe(false);
    // What comes later belongs to nobody and has a deadline of its own.
    expect(submitted.map(({ name }) => name)).toEqual(["GET"]);
  });

  it("is begun anew when its connection has left, and not for ever", async () => {
    const { call, entered, failures } = setUp(() => Promise.reject(left));
    for (let times = 0; times < 20; times++) {
      call.send();
      await settle();
    }
    expect(entered).toHaveLength(16);
    expect(failures).toHaveLength(4);
  });

  it("is not begun anew when its client is closed, or after another error", async () => {
    const closed = setUp(
      () => Promise.reject(left),
      () => false,
    );
    const failed = setUp(() => Promise.reject(new Error("WRONGTYPE")));
    for (const { call } of [closed, failed]) call.send();
    await settle();
    expect([closed.entered, failed.entered]).toEqual([[], []]);
    expect(failed.failures).toMatchObject([{ message: "WRONGTYPE" }]);
  });

  it("is not begun when its caller has given up", () => {
    let runs = 0;
    const { call } = setUp(async () => runs++);
    call.reject(new Error("too late"));
    call.send();
    expect(runs).toBe(0);
  });
});
