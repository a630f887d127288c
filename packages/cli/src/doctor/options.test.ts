import { expect, it } from "vitest";
import { doctorHelp } from "./help.ts";
import { readOptions } from "./options.ts";

it("reads what is looked at, and the defaults", () => {
  const options = readOptions([
    "--log",
    "a",
    "--log",
    "b",
    "--redis",
    "redis://h",
    "--port",
    "1",
    "--limit",
    "mem.usage.warning=70",
  ]);
  expect(options).toMatchObject({
    logs: ["a", "b"],
    redis: "redis://h",
    ports: [1],
    failOn: "critical",
    verbose: false,
    server: { limits: { "mem.usage.warning": 70 } },
  });
  expect(readOptions(["--log", "-", "--fail-on", "warn"])?.failOn).toBe("warning");
});

it("refuses wrong use with exit code 2", () => {
  for (const args of [
    [],
    ["--json"],
    ["x"],
    ["--log"],
    ["--log", "a", "--fail-on", "never"],
    ["--log", "a", "--port", "0"],
    ["--log", "a", "--limit", "x"],
    ["--lgo", "a"],
  ]) {
    expect(() => readOptions(args), args.join(" ")).toThrow(
      expect.objectContaining({ exitCode: 2 }),
    );
  }
  expect(() => readOptions(["--redis", "h", "--ca", "/nowhere.pem"])).toThrow(
    expect.objectContaining({ exitCode: 3 }),
  );
});

it("explains every option", () => {
  expect(readOptions(["-h"])).toBeNull();
  for (const name of [
    "log",
    "redis",
    "pcap",
    "app-config",
    "json",
    "html",
    "fail-on",
    "verbose",
    "sample",
    "timeout",
    "enable-slowlog",
    "ca",
    "cert",
    "key",
    "limit",
    "port",
  ]) {
    expect(doctorHelp).toContain(`--${name}`);
  }
});
