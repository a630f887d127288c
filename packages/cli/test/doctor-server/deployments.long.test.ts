import { startCluster, startSentinel } from "@holdfast/testbed";
import { expect, it, onTestFinished } from "vitest";
import { examineServer } from "../../src/doctor/server/index.ts";
import { critical, ids, quick, urlOf } from "./support.ts";

it("finds the primary through Sentinels, and says when none can be elected", async () => {
  const deployment = await startSentinel({ replicas: 1, sentinels: 3 });
  onTestFinished(() => deployment.close());
  const hosts = deployment.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(",");
  const url = `redis-sentinel://${hosts}/${deployment.name}`;
  const [primary] = deployment.servers;
  const well = await examineServer(url, quick);
  expect(well.server.steps[0]).toMatchObject({
    step: "sentinel",
    ok: true,
    text: expect.stringContaining(`:${primary?.port}`),
  });
  expect(well).toMatchObject({ outcome: "ready", server: { role: "master" } });
  expect(well.passed).toEqual(
    expect.arrayContaining(["sen.primary", "sen.quorum", "sen.tilt", "sen.reach"]),
  );

  const plain = await examineServer(`redis://127.0.0.1:${deployment.sentinels[0]?.port}`, quick);
  expect(plain.server.steps[0]?.step).toBe("sentinel");

  const wrong = await examineServer(`redis-sentinel://${hosts}/nobody`, quick);
  expect(critical(wrong)).toContain("sen.primary");
  expect(wrong.findings.find(({ id }) => id === "sen.primary")?.observed).toContain(
    deployment.name,
  );

  await deployment.sentinels[1]?.kill();
  await deployment.sentinels[2]?.kill();
  await expect
    .poll(async () => ids(await examineServer(url, quick)), { timeout: 25_000 })
    .toContain("server.failover-going");
}, 60_000);

it("tells a cluster that is down, and the node that is gone", async () => {
  const deployment = await startCluster({ primaries: 3, replicasEach: 0 });
  onTestFinished(() => deployment.close());
  const [first, , last] = deployment.servers;
  if (first === undefined || last === undefined) throw new Error("three nodes were asked for");
  const well = await examineServer(urlOf(first), quick);
  expect(well.passed).toEqual(expect.arrayContaining(["clu.state", "clu.slots", "clu.reach"]));
  expect(ids(well)).toContain("server.healthy");

  await last.kill();
  await expect
    .poll(() => first.command("CLUSTER", "INFO"), { timeout: 25_000 })
    .toMatch(/cluster_state:fail/);
  const report = await examineServer(urlOf(first), quick);
  expect(ids(report)).toContain("server.cluster-down");
  expect(critical(report)).toEqual(expect.arrayContaining(["clu.state", "clu.reach"]));
  expect(report.findings.find(({ id }) => id === "clu.reach")?.observed).toContain(`:${last.port}`);
}, 60_000);
