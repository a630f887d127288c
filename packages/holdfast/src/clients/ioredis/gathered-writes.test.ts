import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { GatheredWrites } from "./gathered-writes.ts";

/** A stream that keeps what reaches the system, by system call. */
function recording(): { stream: Writable; calls: string[] } {
  const calls: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      calls.push(chunk);
      done();
    },
    writev(chunks, done) {
      calls.push(chunks.map(({ chunk }) => chunk as string).join(""));
      done();
    },
  });
  return { stream, calls };
}

const endOfTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("GatheredWrites", () => {
  it("writes a command at once while nothing is on its way", () => {
    const { stream, calls } = recording();
    new GatheredWrites().gather(stream, 0);
    stream.write("a");
    expect(calls).toEqual(["a"]);
  });

  it("writes the others of a turn together, in order, when it ends", async () => {
    const { stream, calls } = recording();
    const writes = new GatheredWrites();
    for (const [inFlight, command] of ["a", "b", "c", "d"].entries()) {
      writes.gather(stream, inFlight);
      stream.write(command);
    }
    expect(calls).toEqual(["a"]);
    await endOfTurn();
    expect(calls).toEqual(["a", "bcd"]);
  });

  it("begins anew in the next turn", async () => {
    const { stream, calls } = recording();
    const writes = new GatheredWrites();
    for (const command of ["a", "b"]) {
      writes.gather(stream, 1);
      stream.write(command);
      await endOfTurn();
    }
    expect(calls).toEqual(["a", "b"]);
  });

  it("holds nothing back from a stream that is ended within the turn", async () => {
    const { stream, calls } = recording();
    new GatheredWrites().gather(stream, 1);
    stream.write("a");
    stream.write("b");
    stream.end();
    expect(calls).toEqual(["ab"]);
    await endOfTurn();
    expect(calls).toEqual(["ab"]);
  });

  it("leaves no stream corked when another takes its place within the turn", async () => {
    const before = recording();
    const after = recording();
    const writes = new GatheredWrites();
    writes.gather(before.stream, 1);
    before.stream.write("a");
    writes.gather(after.stream, 1);
    after.stream.write("b");
    await endOfTurn();
    expect([before.calls, after.calls]).toEqual([["a"], ["b"]]);
    expect([before.stream.writableCorked, after.stream.writableCorked]).toEqual([0, 0]);
  });
});
