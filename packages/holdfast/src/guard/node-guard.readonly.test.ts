import { describe, expect, it } from "vitest";
import { reply, reset, guardedNode as setUp } from "../../test/support/guarded-node.ts";

describe("READONLY", () => {
  const readonly = reply("READONLY You can't write against a read only replica.");

  it("connects anew, which does not count as a failure, and not again at once", async () => {
    const parts = setUp({ retry: false });
    for (let count = 0; count < 5; count++) parts.submit("INCR", "n").fail(parts.node, readonly);
    expect(parts.link.dropped).toEqual([readonly]);
    parts.node.down(readonly);
    // Two more losses: with the first they would be three in a row.
    parts.node.down(reset);
    parts.node.down(reset);
    expect(parts.states).toEqual([]);
    parts.link.ready = true;
    parts.node.up();
    for (let count = 0; count < 10; count++) {
      parts.link.bytesRead = count + 1;
      await parts.clock.advance(100);
    }
    parts.submit("INCR", "n").fail(parts.node, readonly);
    const onPurpose = parts.link.dropped.filter((cause) => cause === readonly);
    expect(onPurpose).toHaveLength(2);
  });
});
