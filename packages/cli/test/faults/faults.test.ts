import { type AddressInfo, createServer } from "node:net";
import {
  type FaultProxy,
  type RedisServer,
  type RespConnection,
  startProxy,
  startRedis,
} from "@holdfast/testbed";
import { describe, expect, it } from "vitest";
import type { Fault, FaultTarget } from "../../src/drill/faults/fault.ts";
import { faults, furtherFaults } from "../../src/drill/faults/index.ts";
import { look } from "../../src/drill/faults/probe.ts";

const everyFault = [...faults, ...furtherFaults];
const settledMs = 2_000;

interface Bench {
  readonly server: RedisServer;
  readonly proxy: FaultProxy;
  readonly own: FaultTarget;
  /** The same Redis, as the drill sees one that it did not start. */
  readonly foreign: FaultTarget;
}

/** A Redis and a proxy of the test's own, so that the tests, which mostly wait, run side by side. */
async function withBench(use: (bench: Bench) => Promise<void>): Promise<void> {
  const server = await startRedis();
  const proxy = await startProxy({ upstreamPort: server.port });
  try {
    await use({ server, proxy, own: { server, proxy }, foreign: { server: null, proxy } });
  } finally {
    await proxy.close();
    await server.close();
  }
}

/** Without a process to look at, a crash and a boot without Redis are the same; nor need they differ. */
const alike = [
  ["crash", "boot-without", "stop"],
  // A replica that has lost its primary refuses writes as any replica does.
  ["masterdown", "readonly"],
];
const alikeByProxy = [...alike, ["freeze", "blackhole"]];

/** The other faults that the probes take for present. */
async function mistakenFor(
  subject: Fault,
  target: FaultTarget,
  groups: readonly (readonly string[])[],
): Promise<readonly string[]> {
  const others = everyFault.filter(
    ({ id }) =>
      id !== subject.id &&
      !groups.some((group) => group.includes(id) && group.includes(subject.id)),
  );
  const seen = await Promise.all(
    others.map(async (other) => ((await other.verify(target)).injected ? [other.id] : [])),
  );
  return seen.flat();
}

function fault(id: string): Fault {
  const found = everyFault.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no fault ${id}`);
  return found;
}

it("has the faults of the drill, in order", () => {
  expect(faults.map(({ id }) => id)).toEqual([
    "crash",
    "freeze",
    "boot-without",
    "latency",
    "reset-mid-reply",
    "blackhole",
    "flap",
    "empty-restart",
  ]);
});

describe.concurrent.each(everyFault)("$id", (subject) => {
  it("is not seen before it is injected", () =>
    withBench(async ({ own, foreign }) => {
      expect(await subject.verify(own)).toMatchObject({ injected: false });
      expect(await subject.verify(foreign)).toMatchObject({ injected: false });
    }));

  it("is seen while it is injected, and no more when it is taken away", () =>
    withBench(async ({ own, proxy }) => {
      await subject.inject(own);
      expect(await subject.verify(own)).toMatchObject({ injected: true });
      await subject.restore(own);
      expect(await look(proxy.port, settledMs)).toBe("answered");
      expect(await subject.verify(own)).toMatchObject({ injected: false });
    }));

  it("is not taken for another one", () =>
    withBench(async ({ own }) => {
      await subject.inject(own);
      expect(await mistakenFor(subject, own, alike)).toEqual([]);
    }));

  it("can be taken away twice, and when it was never there", () =>
    withBench(async ({ own, proxy }) => {
      await subject.restore(own);
      await subject.inject(own);
      await subject.restore(own);
      await subject.restore(own);
      expect(await look(proxy.port, settledMs)).toBe("answered");
    }));

  it("is taken away when Redis has died of something else in the meantime", () =>
    withBench(async ({ own, server, proxy }) => {
      await subject.inject(own);
      await server.kill();
      await subject.restore(own);
      await subject.restore(own);
      expect(await look(proxy.port, settledMs)).toBe("answered");
      expect(await server.command("SET", "key", "value")).toBe("OK");
    }));

  it("is taken away after an injection that is still under way", () =>
    withBench(async ({ own, proxy }) => {
      const injected = subject.inject(own);
      await subject.restore(own);
      await injected;
      expect(await look(proxy.port, settledMs)).toBe("answered");
      expect(await subject.verify(own)).toMatchObject({ injected: false });
    }));

  it("keeps what Redis knew, unless losing it is the fault", () =>
    withBench(async ({ own, server }) => {
      await server.command("SET", "kept", subject.id);
      await subject.inject(own);
      await subject.restore(own);
      const expected = subject.id === "empty-restart" ? null : subject.id;
      expect(await server.command("GET", "kept")).toBe(expected);
      expect(await server.command("KEYS", "holdfast:*")).toEqual([]);
    }));

  it("reaches connections that stand", () =>
    withBench(async ({ own, server, proxy }) => {
      const connection = await server.connect({ port: proxy.port });
      await connection.command("PING");
      await subject.inject(own);
      expect(await isDisturbed(connection)).toBe(true);
    }));

  it("is brought about by the proxy alone on a Redis that is not ours, or not at all", () =>
    withBench(async ({ foreign, server, proxy }) => {
      const pid = server.pid;
      if (subject.unsupported(foreign) !== null) {
        await expect(subject.inject(foreign)).rejects.toThrow();
      } else {
        await subject.inject(foreign);
        expect(await subject.verify(foreign)).toMatchObject({ injected: true });
        expect(await server.command("PING")).toBe("PONG");
        expect(await mistakenFor(subject, foreign, alikeByProxy)).toEqual([]);
      }
      await subject.restore(foreign);
      expect(await look(proxy.port, settledMs)).toBe("answered");
      expect(server.pid).toBe(pid);
    }));
});

/** Whether something fails, is slow or is answered with what another command asked for. */
async function isDisturbed(connection: RespConnection): Promise<boolean> {
  try {
    await connection.command("PING");
    for (let turn = 0; turn < 200; turn++) {
      const sentAt = performance.now();
      await connection.command("MSET", "a", "1", "b", "2");
      const values = [await connection.command("GET", "a"), await connection.command("GET", "b")];
      if (values.join() !== "1,2" || performance.now() - sentAt > 90) return true;
    }
    return false;
  } catch {
    return true;
  } finally {
    connection.destroy();
  }
}

it("never empties a Redis that is not ours, and says why", () =>
  withBench(async ({ own, foreign, server }) => {
    const subject = fault("empty-restart");
    expect(subject.unsupported(own)).toBeNull();
    expect(subject.unsupported(foreign)).toMatch(/did not start/);
    await server.command("SET", "precious", "1");
    await expect(subject.inject(foreign)).rejects.toThrow(/did not start/);
    await subject.restore(foreign);
    expect(await server.command("GET", "precious")).toBe("1");
  }));

it("does not take a command that never reached Redis for one whose reply was lost", async () => {
  const resetting = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => resetting.listen(0, "127.0.0.1", resolve));
  const { port } = resetting.address() as AddressInfo;
  await withBench(async ({ server, proxy }) => {
    const target = { server, proxy: { ...proxy, port } };
    expect(await fault("reply-lost").verify(target)).toMatchObject({ injected: false });
  });
  resetting.close();
});

it("runs after the freeze what was sent during it", () =>
  withBench(async ({ own, server, proxy }) => {
    const subject = fault("freeze");
    await subject.inject(own);
    const connection = await server.connect({ port: proxy.port, timeoutMs: 5_000 });
    const reply = connection.command("SET", "zombie", "walks");
    await subject.restore(own);
    expect(await reply).toBe("OK");
    connection.destroy();
    expect(await server.command("GET", "zombie")).toBe("walks");
  }));

it("restores after an injection that failed half-way", () =>
  withBench(async ({ own, server, proxy }) => {
    const subject = fault("empty-restart");
    await server.freeze();
    await expect(subject.inject(own)).rejects.toThrow();
    await subject.restore(own);
    expect(await look(proxy.port, settledMs)).toBe("answered");
  }));
