import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A PATH with nothing on it but what a test puts there. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-setup-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function command(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

function setUp(userId: number) {
  return spawnSync(
    process.execPath,
    [
      "--import",
      `data:text/javascript,process.getuid = () => ${userId}`,
      "--input-type=module",
      "--eval",
      'const { setUp } = await import("./scripts/setup.mjs"); setUp();',
    ],
    { cwd: root, encoding: "utf8", env: { ...process.env, PATH: folder } },
  );
}

it("does nothing and says nothing when all is there", () => {
  command("valkey-server", "exit 0");
  const { status, stdout, stderr } = setUp(1000);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
});

it("installs Redis by the package manager when nobody has to be asked", () => {
  const log = join(folder, "log");
  command(
    "apt-get",
    `echo "$@" >> "${log}"; [ "$1" = install ] && { : > "${folder}/redis-server"; /bin/chmod +x "${folder}/redis-server"; }; exit 0`,
  );
  const { status, stdout } = setUp(0);
  expect(stdout).toBe(
    "set-up: redis: apt-get update\nset-up: redis: apt-get install -y redis-server\n",
  );
  expect(readFileSync(log, "utf8")).toBe("update\ninstall -y redis-server\n");
  expect(status).toBe(0);
});

it("names the command to run when it may not install", () => {
  command("apt-get", "exit 1");
  const { status, stderr } = setUp(1000);
  expect(stderr).toBe(
    "set-up: no redis-server or valkey-server on the PATH; install one: sudo apt-get update && sudo apt-get install -y redis-server\n",
  );
  expect(status).toBe(3);
});

it("passes on what the package manager said when it failed", () => {
  command("apk", 'echo "no space left" >&2; exit 7');
  const { status, stderr } = setUp(0);
  expect(stderr).toContain("no space left");
  expect(stderr).toContain("set-up: installing Redis failed; try it by hand: apk add redis");
  expect(status).toBe(3);
});

it("says what to install where no package manager is known", () => {
  const { status, stderr } = setUp(0);
  expect(stderr).toContain("no redis-server or valkey-server on the PATH; install one (https://");
  expect(status).toBe(3);
});
