import { readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { freePort, startRedis } from "@holdfast/testbed";
import { expect, it, onTestFinished } from "vitest";
import { Command, type Finished, holdfast } from "./command.ts";
import { mode, temporaryFolder, variantsFile } from "./stage.ts";

function expectLine({ code, stdout, stderr }: Finished, exitCode: number, line: RegExp): void {
  expect(stderr).toMatch(line);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stdout).toBe("");
  expect(code).toBe(exitCode);
}

it.each([
  [["dril"], /unknown command "dril" \(did you mean drill\?\)/],
  [["drill", "--variant", "x"], /unknown option --variant \(did you mean --variants\?\)/],
  [["drill", "--variants", "/nowhere/drill.json"], /cannot be read: .*\/nowhere\/drill\.json/],
  [
    ["drill", "--variants", "x", "--json", "/nowhere/a.json"],
    /--json \/nowhere\/a\.json cannot be/,
  ],
])("refuses %j in one line with exit code 2", async (args, line) => {
  expectLine(await holdfast(...args), 2, line);
});

it("names the file and the place of a mistake in a variants file", async () => {
  const file = join(await temporaryFolder(), "drill.json");
  await writeFile(file, '{ "name": "x", "load": { "pth": "/" }, "variants": [] }');
  expectLine(
    await holdfast("drill", "--variants", file),
    2,
    /drill\.json: unknown member load\.pth/,
  );
});

async function drilled(
  variants: readonly object[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  const folder = await temporaryFolder();
  const file = await variantsFile({ variants });
  const command = new Command(["drill", "--variants", file], environment, folder);
  const finished = await command.finished();
  expect(await command.until((processes) => processes.length === 0)).toEqual([]);
  // A drill that did not come to its end leaves no empty report.
  expect(await readdir(folder)).not.toContain("holdfast-report.html");
  return finished;
}

it("says why an API did not start, and leaves nothing running", async () => {
  expectLine(
    await drilled([mode("steady"), mode("broken")]),
    3,
    /variant broken ended before it listened on PORT \(exit code 7: Error: no such thing as/,
  );
  const missing = await drilled([{ name: "none", command: ["/nowhere/api"] }]);
  expectLine(missing, 3, /variant none ended before it listened.*\/nowhere\/api ENOENT/);
});

it("says that there is no redis-server to start", async () => {
  expectLine(await drilled([mode("steady")], { PATH: "/nowhere" }), 3, /redis-server/);
});

it("says that a port is taken, or nothing is there, for an API that runs already", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const taken = createServer();
  onTestFinished(() => void taken.close());
  const port = await freePort();
  await new Promise<void>((resolve) => taken.listen(port, "127.0.0.1", resolve));
  const nobody = await freePort();
  const target = (redisPort: number, listen: number): Promise<Finished> =>
    holdfast(
      ...["drill", "--target", `http://user:secret@127.0.0.1:${nobody}/`],
      ...["--redis", `127.0.0.1:${redisPort}`, "--listen", String(listen), "--html", "/dev/null"],
    );
  expectLine(await target(redis.port, port), 2, /port \d+ is in use: choose another with --listen/);
  expectLine(await target(nobody, port), 3, /no Redis answers at 127\.0\.0\.1:\d+: start it/);
  const unreachable = await target(redis.port, await freePort());
  expectLine(unreachable, 3, /nothing listens at http:\/\/127\.0\.0\.1:\d+\/: start the API/);
});
