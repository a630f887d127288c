import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { replaceMark } from "../../src/cache/scripts/replace-mark.ts";
import { ScriptRunner } from "../../src/cache/scripts/script.ts";
import { seize } from "../../src/cache/scripts/seize.ts";
import { store } from "../../src/cache/scripts/store.ts";
import { commandSender } from "../../src/clients/index.ts";
import { libraries, type TestClient } from "./support/clients.ts";
import { applied, reads, Scene, until } from "./support/scene.ts";

/** On a busy machine Redis may take longer than the default: a load then goes on without a lease. */
const patient = { redisTimeoutMs: 5_000 };

const value = "test:v:{#k}";
const lease = "test:l:{#k}";

describe.each(libraries)("a store that runs late, with %s", (_, connect) => {
  let scene: Scene;
  let late: TestClient;
  beforeAll(async () => {
    scene = await Scene.start(connect);
  });
  afterEach(async () => {
    late.close();
    await scene.reset();
  });
  afterAll(() => scene.close());

  /** A process that has the key's lease and is about to store. */
  async function storer(port: number) {
    late = await connect(port);
    const scripts = new ScriptRunner(commandSender(late.client));
    await scripts.run(seize, [lease], ["60000", "token"]);
    // The script is known to the server: the store is one command.
    await scripts.run(store, [value, lease], ["another", "old", "60000"]);
    return (token: string) => scripts.run(store, [value, lease], [token, "old", "60000"]);
  }

  it("changes nothing when it reaches Redis after the deletion", async () => {
    const deleting = await scene.readyCache({}, scene.server.port);
    const put = await storer(scene.proxy.port);
    await scene.proxy.blackhole();
    const stored = put("token");
    await new Promise((resolve) => setTimeout(resolve, 50));
    await applied(() => deleting.delete("k"));
    await scene.proxy.clear();
    expect(await stored).toEqual(["token", 0]);
    expect(await scene.server.command("EXISTS", value)).toBe(0);
  });

  it("stores when nothing has happened in between", async () => {
    const put = await storer(scene.proxy.port);
    await scene.proxy.blackhole();
    const stored = put("token");
    await new Promise((resolve) => setTimeout(resolve, 50));
    await scene.proxy.clear();
    expect(await stored).toEqual(["token", 1]);
  });

  it("changes nothing when freeze, SET, DEL and SIGCONT meet in the server", async () => {
    const deleting = await scene.readyCache({}, scene.server.port);
    const put = await storer(scene.server.port);
    await scene.server.freeze();
    const stored = put("token");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await deleting.delete("k")).toBe("queued");
    await scene.server.thaw();
    await stored;
    await until(() => deleting.stats().recovery.pending === 0);
    expect(await scene.server.command("EXISTS", value)).toBe(0);
    expect(await deleting.getOrSet("k", () => "new")).toBe("new");
  });

  it("of a tag's invalidation brings back no token that another has replaced", async () => {
    await storer(scene.server.port);
    const scripts = new ScriptRunner(commandSender(late.client));
    const invalidate = async (token: string) => {
      await scripts.run(replaceMark, ["test:m:#t"], [token, "60000"]);
      return scene.server.command("GET", "test:m:#t");
    };
    const first = await invalidate("token");
    const second = await invalidate("another");
    const again = await invalidate("token");
    expect(new Set([first, second, again]).size).toBe(3);
  });

  it("loses to an explicit set that came after its load began", async () => {
    const setting = await scene.readyCache({}, scene.server.port);
    const put = await storer(scene.server.port);
    await applied(() => setting.set("k", "new"));
    expect(await put("token")).toEqual(["token", 0]);
    expect(await scene.server.command("GET", value)).toMatch(/"new"$/);
  });
});

describe.each(libraries)("a load that began before an invalidation, with %s", (_, connect) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.start(connect);
  });
  afterEach(() => scene.reset());
  afterAll(() => scene.close());

  it.each(["delete", "set", "deleteByTag", "clear"] as const)(
    "cannot store its result after %s, in memory or in Redis",
    async (change) => {
      const a = await scene.readyCache(patient);
      const b = await scene.readyCache({ ...patient, memory: { ttlMs: 1 } });
      let finish: (value: string) => void = () => undefined;
      const loading = a.getOrSet("k", () => new Promise<string>((resolve) => (finish = resolve)), {
        tags: ["t"],
      });
      // Should the test fail before it looks at the answer.
      loading.catch(() => undefined);
      await until(async () => (await scene.server.command("EXISTS", lease)) === 1);
      // By the loading process itself: memory must not keep it either.
      if (change === "delete") await applied(() => a.delete("k"));
      else if (change === "set") await applied(() => a.set("k", "set"));
      else if (change === "deleteByTag") await applied(() => a.deleteByTag("t"));
      else await applied(() => a.clear());
      finish("old");
      expect(await loading).toBe("old");
      await until(() => a.stats().loads.running === 0);
      const expected = change === "set" ? "set" : undefined;
      await reads(a, "k", expected);
      await reads(b, "k", expected);
      expect(await a.getOrSet("k", () => "new")).toBe(expected ?? "new");
    },
  );

  it("cannot store its result after another process deleted the key", async () => {
    const [a, b] = [await scene.readyCache(patient), await scene.readyCache(patient)];
    let finish: (value: string) => void = () => undefined;
    const loading = a.getOrSet("k", () => new Promise<string>((resolve) => (finish = resolve)));
    loading.catch(() => undefined);
    await until(async () => (await scene.server.command("EXISTS", lease)) === 1);
    await applied(() => b.delete("k"));
    finish("old");
    await loading;
    await until(() => a.stats().redis?.outdatedStores === 1);
    expect(await a.get("k")).toBeUndefined();
    expect(await b.get("k")).toBeUndefined();
  });

  it("cannot store under a tag that it learnt of too late to know whether it was removed", async () => {
    const [a, b] = [
      await scene.readyCache(patient),
      await scene.readyCache({ ...patient, memory: false }),
    ];
    await applied(() => b.set("other", 1, { tags: ["t"] }));
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const loading = a.getOrSet("k", async ({ tags }) => {
      await finished;
      tags("t");
      return "old";
    });
    loading.catch(() => undefined);
    await until(async () => (await scene.server.command("EXISTS", lease)) === 1);
    await applied(() => b.deleteByTag("t"));
    finish();
    expect(await loading).toBe("old");
    expect(await a.get("k")).toBeUndefined();
    expect(await b.get("k")).toBeUndefined();
  });
});
