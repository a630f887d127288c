import { describe, expect, it } from "vitest";
import { WatchedConnection } from "./watched.ts";

const [first, second] = [{}, {}];

/** Whether the EXEC is refused that comes, on the second connection, after these on the first. */
function refusedAfter(...names: string[]): boolean {
  const watched = new WatchedConnection();
  for (const name of names) expect(watched.refuses(name, first)).toBe(false);
  return watched.refuses("exec", second);
}

describe("the connection on which keys are watched", () => {
  it("is that of the first WATCH, in whatever case, until the EXEC", () => {
    expect(refusedAfter("watch")).toBe(true);
    expect(refusedAfter("WATCH", "get")).toBe(true);
    const watched = new WatchedConnection();
    watched.refuses("Watch", first);
    watched.refuses("watch", second);
    expect(watched.refuses("EXEC", second)).toBe(true);
    expect(watched.refuses("EXEC", second)).toBe(false);
  });

  it.each(["unwatch", "UNWATCH", "discard", "exec", "reset"])("is forgotten with %s", (name) => {
    expect(refusedAfter("watch", name)).toBe(false);
  });

  it("is not forgotten with an UNWATCH within a transaction", () => {
    const watched = new WatchedConnection();
    watched.refuses("watch", first);
    watched.refuses("multi", second);
    watched.refuses("unwatch", second);
    expect(watched.refuses("exec", second)).toBe(true);
  });

  it("may be lost with its node", () => {
    const watched = new WatchedConnection();
    watched.lose();
    expect(watched.watching).toBe(true);
    expect(watched.refuses("exec", first)).toBe(true);
    expect(watched.watching).toBe(false);
  });
});
