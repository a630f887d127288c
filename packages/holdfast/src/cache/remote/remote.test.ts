import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { redisKeys } from "./keys.ts";
import type { Link } from "./link.ts";
import { Remote } from "./remote.ts";
import { ServerClock } from "./server-clock.ts";

/** Redis as it answers when every reply is the one that the command before should have had. */
function shifted() {
  const clock = new FakeClock();
  let crossed = 0;
  const serverClock = new ServerClock(clock, () => 1_000_000);
  let made = 0;
  let next: unknown = "PONG";
  const answer = async (args: readonly (string | Buffer)[]): Promise<unknown> => {
    const reply = next;
    next = ownReply(args.map(String));
    return reply;
  };
  const remote = new Remote({
    link: { send: answer, ask: answer, available: true } as unknown as Link,
    keys: redisKeys("test"),
    serverClock,
    now: () => clock.now(),
    newToken: () => `token${++made}`,
    isClustered: false,
    onCrossed: () => void crossed++,
  });
  return { remote, crossed: () => crossed, serverClock, send: answer };
}

/** What a script replies, as far as the cache can tell: its token, then more. */
function ownReply([name, , count, ...rest]: readonly string[]): unknown {
  if (name !== "EVAL" && name !== "EVALSHA") return 1;
  return [rest[Number(count)], "granted", 5];
}

describe("a reply that was another command's", () => {
  const operations: Record<string, (remote: Remote) => Promise<unknown>> = {
    acquire: (remote) => remote.acquire("k", ""),
    seize: (remote) => remote.seize("k"),
    store: (remote) => remote.store("k", "token", "text", 1),
    mark: (remote) => remote.mark("m", "candidate"),
    replaceMark: (remote) => remote.replaceMark("m", "token"),
  };

  it.each(Object.entries(operations))("is no answer to %s, and counted", async (_, run) => {
    const { remote, crossed, serverClock, send } = shifted();
    for (const before of [["DEL"], ["EVAL", "", "0", "another"], ["GET"]]) {
      await send(before);
      await expect(run(remote)).rejects.toMatchObject({
        code: "HOLDFAST_UNAVAILABLE",
        symptom: "protocol",
      });
    }
    expect(crossed()).toBe(3);
    expect(serverClock.now()).toBe(1_000_000);
  });

  it("moves the server's clock nowhere", () => {
    const clock = new FakeClock();
    const serverClock = new ServerClock(clock, () => 1_000_000);
    serverClock.observe(Number("not a time"), clock.now());
    expect(serverClock.now()).toBe(1_000_000);
  });
});
