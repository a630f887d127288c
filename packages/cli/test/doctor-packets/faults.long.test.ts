import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { examinePackets, type PacketsReport } from "../../src/doctor/packets/index.ts";
import { signalIds } from "./support/examine.ts";
import { canBreakNetworks, end, TestNetwork } from "./support/network.ts";
import { hasTshark, ourMarks, tsharkMarks } from "./support/tshark.ts";

/** Asks on several connections, some twenty times a second on each, for some seconds. */
const client = (seconds: number): string => `
  const { connect } = require("node:net");
  for (let index = 0; index < 5; index++) {
    const socket = connect(process.env.PORT, process.env.HOST);
    socket.on("error", () => {});
    socket.on("data", () => {});
    const timer = setInterval(() => socket.write("*2\\r\\n$3\\r\\nGET\\r\\n$1\\r\\nk\\r\\n"), 50);
    setTimeout(() => { clearInterval(timer); socket.end(); }, ${seconds * 1000});
  }
  setTimeout(() => process.exit(), ${seconds * 1000 + 1000});
`;

/** What the capture says of what happens in it; tshark must agree on all of its frames. */
async function examined(
  happen: (network: TestNetwork) => Promise<void>,
  prepare: (network: TestNetwork) => Promise<unknown> = async () => undefined,
): Promise<PacketsReport> {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-faults-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "client.pcap");
  const network = new TestNetwork();
  try {
    await prepare(network);
    const stop = await network.capture(file);
    await happen(network);
    await stop();
  } finally {
    await network.close();
  }
  if (hasTshark) expect(await ourMarks(file)).toEqual(tsharkMarks(file));
  return examinePackets([file]);
}

it.runIf(canBreakNetworks)("sees that nobody listens", async () => {
  const report = await examined(async (network) => {
    expect(() => network.ask("PING")).toThrow("no reply");
  });
  expect(signalIds(report)).toEqual(["packets.syn-refused"]);
});

it.runIf(canBreakNetworks)("sees a firewall", async () => {
  const report = await examined(
    async (network) => {
      await once(network.runClient(client(2)), "exit");
    },
    async (network) => {
      await network.startRedis();
      network.drop();
    },
  );
  expect(signalIds(report)).toEqual(["packets.syn-unanswered"]);
});

it.runIf(canBreakNetworks)("sees that the server stood still, and not loss", async () => {
  const report = await examined(async (network) => {
    const server = await network.startRedis();
    const process = network.runClient(client(4));
    await pause(1000);
    server.kill("SIGSTOP");
    await pause(1500);
    server.kill("SIGCONT");
    await once(process, "exit");
  });
  expect(signalIds(report)).toContain("packets.server-stall");
  expect(signalIds(report)).not.toContain("packets.retransmissions");
});

it.runIf(canBreakNetworks)("sees loss, and not a server that stood still", async () => {
  const report = await examined(async (network) => {
    await network.startRedis();
    network.drop(100);
    await once(network.runClient(client(5)), "exit");
  });
  expect(signalIds(report)).toContain("packets.retransmissions");
  expect(signalIds(report)).not.toContain("packets.server-stall");
});

it.runIf(canBreakNetworks)("sees a peer that died", async () => {
  const report = await examined(async (network) => {
    await network.startRedis();
    const process = network.runClient(client(7));
    await pause(1000);
    network.drop();
    await once(process, "exit");
  });
  expect(signalIds(report)).toContain("packets.dead-peer");
});

it.runIf(canBreakNetworks)("sees a server that was killed and is not there again", async () => {
  const report = await examined(async (network) => {
    const server = await network.startRedis();
    const process = network.runClient(client(2));
    await pause(1000);
    await end(server, "SIGKILL");
    expect(() => network.ask("PING")).toThrow("no reply");
    await once(process, "exit");
  });
  expect(signalIds(report)).toContain("packets.reset-then-refused");
  expect(signalIds(report)).toContain("packets.syn-refused");
});

it.runIf(canBreakNetworks)("sees a slow command by its name", async () => {
  const report = await examined(async (network) => {
    await network.startRedis();
    const process = network.runClient(client(3));
    await pause(1000);
    network.ask("EVAL", "local i = 0; while i < 2e8 do i = i + 1 end", "0");
    await once(process, "exit");
  });
  expect(signalIds(report)).toContain("packets.slow-one-command");
});

it.runIf(canBreakNetworks)("sees that idle connections are closed", async () => {
  const idle = `
    const socket = require("node:net").connect(process.env.PORT, process.env.HOST);
    socket.write("PING\\r\\n");
    setTimeout(() => process.exit(), 5000);
  `;
  const report = await examined(
    async (network) => {
      await once(network.runClient(idle), "exit");
    },
    (network) => network.startRedis("--timeout", "1"),
  );
  expect(signalIds(report)).toEqual(["packets.fin-after-idle"]);
});

it.runIf(canBreakNetworks)("sees that the server has too many clients", async () => {
  const report = await examined(
    async (network) => {
      await once(network.runClient(client(1)), "exit");
    },
    (network) => network.startRedis("--maxclients", "2"),
  );
  expect(signalIds(report)).toContain("packets.reply-maxclients");
});
