import { createCertificates, freePort, startProxy, startRedis } from "@holdfast/testbed";
import { expect, it, onTestFinished } from "vitest";
import { discover } from "../../src/doctor/server/discover.ts";
import { examineServer } from "../../src/doctor/server/index.ts";
import { settingsOf } from "../../src/doctor/server/options.ts";
import { parseTarget } from "../../src/doctor/server/target.ts";
import { critical, ids, quick, redis, urlOf } from "./support.ts";

it("finds nothing critical on a server as it comes", async () => {
  const server = await redis();
  const report = await examineServer(urlOf(server), quick);
  expect(critical(report)).toEqual([]);
  expect(report).toMatchObject({ reached: true, outcome: "ready" });
  expect(ids(report)).toContain("server.healthy");
  expect(report.findings).toContainEqual(
    expect.objectContaining({ id: "sec.noauth", severity: "information" }),
  );
  const steps = report.server.steps.map(({ step }) => step);
  expect(steps).toEqual(["dns", "connect", "login", "ping", "info"]);
});

it("tells a refused connection", async () => {
  const report = await examineServer(`redis://127.0.0.1:${await freePort()}`, quick);
  expect(ids(report)).toEqual(["server.refused"]);
  expect(report).toMatchObject({ reached: false, outcome: "unreachable" });
});

it("tells a name that does not resolve", async () => {
  const report = await examineServer("redis://does-not-exist.invalid", quick);
  expect(ids(report)).toEqual(["server.dns-failed"]);
});

it("climbs over a Unix socket", async () => {
  const server = await redis({ args: ["--unixsocket", "redis.sock"] });
  const [, directory] = (await server.command("CONFIG", "GET", "dir")) as string[];
  const report = await examineServer(`unix://${directory}/redis.sock`, quick);
  expect(report).toMatchObject({ outcome: "ready" });
  expect(ids(report)).toContain("server.healthy");
});

it("tells wrong, missing and needless credentials, and shows none of them", async () => {
  const server = await redis({ requirepass: "s3cret-right" });
  const at = (credentials: string): string => `redis://${credentials}127.0.0.1:${server.port}`;
  const missing = await examineServer(at(""), quick);
  expect(missing).toMatchObject({ reached: true, outcome: "auth-refused" });
  expect(ids(missing)).toContain("server.auth-refused");
  const wrong = await examineServer(at(":s3cret-wrong@"), quick);
  expect(critical(wrong)).toEqual(["sec.login"]);
  expect(JSON.stringify([missing, wrong])).not.toContain("s3cret");
  const right = await examineServer(at(":s3cret-right@"), quick);
  expect(right.passed).toContain("sec.noauth");
  const denied = right.signals.find(({ id }) => id === "server.acl-denied");
  const errors = String(await server.command("INFO", "errorstats"));
  const counted = Number(/errorstat_NOAUTH:count=(\d+)/.exec(errors)?.[1]);
  // The doctor's own try without a password is none of the clients' refusals.
  expect(denied?.evidence[0]?.text).toMatch(new RegExp(`^${counted - 1} times NOAUTH`));
  expect(JSON.stringify(right)).not.toContain("s3cret");
});

it("keeps no password among the facts, though CONFIG GET tells some", async () => {
  const server = await redis({ requirepass: "s3cret-own", args: ["--masterauth", "s3cret-other"] });
  const target = parseTarget(`redis://:s3cret-own@127.0.0.1:${server.port}`);
  const facts = await discover(target, settingsOf(quick));
  expect(facts.config).toMatchObject({ timeout: "0" });
  expect(JSON.stringify(facts).includes("s3cret")).toBe(false);
});

it("reports in part to a user who may do nothing but PING", async () => {
  const server = await redis();
  await server.command("ACL", "SETUSER", "least", "on", ">pw", "+ping");
  const report = await examineServer(`redis://least:pw@127.0.0.1:${server.port}`, quick);
  expect(report.outcome).toBe("ready");
  const reasons = new Map(report.skipped.map(({ id, reason }) => [id, reason]));
  expect(reasons.get("mem.usage")).toMatch(/^INFO: NOPERM/);
  expect(reasons.get("slow.off")).toMatch(/^CONFIG GET: NOPERM/);
  expect(reasons.get("clu.state")).toMatch(/^CLUSTER INFO: NOPERM/);
  expect(report.server.pingMs?.count).toBeGreaterThan(20);
});

it("tells TLS from plain RESP on either side", async () => {
  const plain = await redis();
  const secured = await redis({ tls: true });
  const toPlain = await examineServer(`rediss://127.0.0.1:${plain.port}`, {
    ...quick,
    connectTimeoutMs: 700,
  });
  expect(ids(toPlain)).toEqual(expect.arrayContaining(["server.tls-mismatch"]));
  expect(toPlain.findings).toContainEqual(
    expect.objectContaining({ id: "tls.mode", severity: "critical" }),
  );
  const toTls = await examineServer(`redis://127.0.0.1:${secured.port}`, quick);
  expect(ids(toTls)).toEqual(expect.arrayContaining(["server.tls-mismatch"]));
  expect(toTls.findings[0]?.observed).toBeDefined();
});

it("reads the certificate: trusted, of an unknown authority, expired", async () => {
  const server = await redis({ tls: true, requirepass: "s3cret" });
  const url = `rediss://:s3cret@127.0.0.1:${server.port}`;
  const trusted = await examineServer(url, { ...quick, ca: server.certificates?.ca ?? "" });
  expect(trusted.outcome).toBe("ready");
  // The testbed's certificates live a day.
  expect(critical(trusted)).toEqual(["tls.expiry"]);
  const unknown = await examineServer(url, quick);
  expect(unknown.outcome).toBe("withheld");
  expect(ids(unknown)).toContain("server.tls-untrusted");
  const commands = String(await server.command("INFO", "commandstats"));
  const calls = Number(/cmdstat_auth:calls=(\d+)/.exec(commands)?.[1]);
  await examineServer(url, quick);
  const after = String(await server.command("INFO", "commandstats"));
  // One for the connection that asks.
  expect(Number(/cmdstat_auth:calls=(\d+)/.exec(after)?.[1])).toBe(calls + 1);

  const expired = createCertificates({
    validTo: new Date(Date.now() - 3_600_000),
    validFrom: new Date(Date.now() - 7_200_000),
  });
  const late = await startRedis({ persist: false, tls: expired }).catch(() => undefined);
  if (late !== undefined) onTestFinished(() => late.close());
  expect(late).toBeDefined();
  const report = await examineServer(`rediss://127.0.0.1:${late?.port}`, {
    ...quick,
    ca: expired.ca,
  });
  expect(ids(report)).toContain("server.tls-expired");
});

it("tells a server that accepts and answers nothing, and that its process is stopped", async () => {
  const server = await redis();
  await server.freeze();
  const report = await examineServer(urlOf(server), { ...quick, connectTimeoutMs: 500 });
  expect(report).toMatchObject({ reached: false, outcome: "silent" });
  expect(ids(report)).toEqual(expect.arrayContaining(["server.silent", "server.process-stopped"]));
});

it("gives a partial report when the server falls silent midway", async () => {
  const server = await redis();
  const proxy = await startProxy({ upstreamPort: server.port });
  onTestFinished(() => proxy.close());
  let silenced: Promise<void> | undefined;
  const report = await examineServer(`redis://127.0.0.1:${proxy.port}`, {
    ...quick,
    connectTimeoutMs: 500,
    onProgress: ({ step }) => {
      if (step.startsWith("measuring")) silenced ??= proxy.blackhole();
    },
  });
  await silenced;
  expect(report.outcome).toBe("ready");
  expect(report.server.version).toMatch(/^\d/);
  expect(ids(report)).toContain("server.slow-ping");
  expect(ids(report)).not.toContain("server.healthy");
  expect(report.skipped.find(({ id }) => id === "slow.off")?.reason).toBeDefined();
});

it("ends at once, by the caller's signal", async () => {
  const server = await redis();
  await server.freeze();
  const controller = new AbortController();
  const examination = examineServer(urlOf(server), { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 100);
  await expect(examination).rejects.toThrow("enough");
});
