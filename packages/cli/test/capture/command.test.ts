import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished, vi } from "vitest";
import { captureOptions, tcpdumpArguments } from "../../src/capture/options.ts";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), "holdfast-capture-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A PATH on which tcpdump is this shell script: what the real one says to those who may not. */
function pathWith(script: string): string {
  const path = directory();
  const program = join(path, "tcpdump");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return `${path}:/usr/bin:/bin`;
}

function capture(args: readonly string[], path?: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "capture", ...args], {
    encoding: "utf8",
    env: { ...process.env, ...(path === undefined ? {} : { PATH: path }) },
    timeout: 20_000,
  });
  return { code: status, out: stdout, err: stderr };
}

it("prints its help, and tells wrong use", () => {
  expect(capture(["--help"])).toMatchObject({ code: 0, err: "" });
  expect(capture(["--help"]).out).toContain("Usage: holdfast capture");
  expect(capture([])).toMatchObject({ code: 2, err: expect.stringContaining("FILE") });
  expect(capture(["a", "--port", "0"]).err).toContain("1 to 65535");
  expect(capture(["a", "b"]).code).toBe(2);
  expect(capture(["a", "--interface", "x; reboot"]).code).toBe(2);
});

it("asks tcpdump for the named ports only, in bounded size", () => {
  const options = captureOptions(["--port", "6379", "--port", "6380", "--packets", "9", "f.pcap"]);
  expect(options && tcpdumpArguments(options)).toEqual(
    "-n -U --immediate-mode -B 16384 -i any -s 1600 -c 9 -w f.pcap"
      .split(" ")
      .concat("tcp port 6379 or tcp port 6380"),
  );
});

it("says how to get tcpdump when there is none", () => {
  const { code, err } = capture([join(directory(), "x.pcap")], directory());
  expect(code).toBe(3);
  expect(err).toContain("apt-get install tcpdump");
});

it("says what tcpdump needs when it may not capture", () => {
  const path = pathWith(
    'echo "tcpdump: any: You don\'t have permission to perform this capture on that device" >&2; exit 1',
  );
  const { code, err } = capture([join(directory(), "x.pcap")], path);
  expect(code).toBe(3);
  expect(err).toContain("setcap cap_net_raw");
});

it("passes on any other reason", () => {
  const path = pathWith('echo "tcpdump: eth9: No such device exists" >&2; exit 1');
  expect(capture(["x.pcap"], path)).toMatchObject({
    code: 3,
    err: "holdfast capture: tcpdump refused: eth9: No such device exists\n",
  });
});

it("ends after its time, with the counts", () => {
  // It ends on SIGINT as the real one does.
  const path = pathWith(
    'trap \'echo "3 packets captured" >&2; echo "1 packet dropped by kernel" >&2; exit 0\' INT; while :; do sleep 0.05; done',
  );
  const { code, out } = capture(["x.pcap", "--seconds", "1"], path);
  expect(code).toBe(0);
  expect(out).toBe(
    "3 packets in x.pcap, 1 more came too fast to be written\nNext: holdfast doctor --pcap x.pcap\n",
  );
});

it("ends at once on Ctrl-C, and leaves nothing running", async () => {
  const started = join(directory(), "started");
  const path = pathWith(
    `trap 'echo "0 packets captured" >&2; exit 0' INT; echo $$ > ${started}; while :; do sleep 0.05; done`,
  );
  const child = spawn(process.execPath, [main, "capture", "x.pcap", "--seconds", "3600"], {
    env: { ...process.env, PATH: path },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let out = "";
  child.stdout.on("data", (text) => {
    out += text;
  });
  await vi.waitFor(
    () => expect(existsSync(started) && readFileSync(started, "utf8")).toMatch(/\d/),
    {
      timeout: 20_000,
    },
  );
  child.kill("SIGINT");
  const [code] = await once(child, "close");
  expect(code).toBe(0);
  expect(out).toContain("Nobody talked on port 6379");
  const pid = Number(readFileSync(started, "utf8"));
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
});
