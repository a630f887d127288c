import { expect, it } from "vitest";
import { CommandError } from "../failure.ts";
import { faults } from "./faults/index.ts";
import { drillHelp } from "./help.ts";
import { drillDefaults, readOptions } from "./options.ts";
import { replayCommand } from "./replay.ts";

function read(...args: string[]) {
  const options = readOptions(args);
  if (options === null) throw new Error("help was asked for");
  return options;
}

const local = "http://127.0.0.1:3000/{id}";

it("takes everything but the source for granted", () => {
  expect(read("--variants", "drill.json")).toEqual({
    source: { kind: "variants", path: "drill.json" },
    faults,
    quick: false,
    client: drillDefaults.client,
    rate: drillDefaults.rate,
    seed: null,
    json: null,
    html: drillDefaults.html,
    junit: null,
  });
  expect(read("--target", local)).toMatchObject({
    source: { redis: { host: "127.0.0.1", port: 6_379 }, listen: 6_380, allowRemote: false },
    client: null,
  });
});

it("asks for help whatever else is said", () => {
  expect(readOptions(["--help"])).toBeNull();
  expect(readOptions(["--rate", "x", "-h"])).toBeNull();
  for (const { title } of faults) expect(drillHelp()).toContain(title);
});

it("keeps the faults' own order, each once, and takes all for all", () => {
  const ids = (list: string) =>
    read("--variants", "x", "--faults", list).faults.map(({ id }) => id);
  expect(ids("freeze,crash, freeze")).toEqual(["crash", "freeze"]);
  expect(ids("freeze,all")).toHaveLength(faults.length);
  expect(ids("oom,freeze")).toEqual(["freeze", "oom"]);
  expect(ids("oom,all")).toEqual([...faults.map(({ id }) => id), "oom"]);
});

it.each([
  [[], /give --variants FILE or --target URL/],
  [["--variants", "x", "extra"], /unexpected argument "extra"/],
  [["--variants", "x", "--target", local], /exclude each other/],
  [["--variants", "x", "--listen", "1"], /--listen goes with --target/],
  [["--variants", "x", "--redis", "127.0.0.1:1"], /--redis goes with --target/],
  [["--variants", "x", "--faults", "crsh"], /unknown fault "crsh" \(did you mean crash\?\)/],
  [["--variants", "x", "--faults", "zzzzzzzz"], /unknown fault "zzzzzzzz" \(known: crash, freeze/],
  [["--variants", "x", "--faults", ","], /unknown fault ""/],
  [["--variants", "x", "--client", "iordis"], /--client is "iordis" \(did you mean ioredis\?\)/],
  [["--variants", "x", "--rate", "0"], /--rate is "0", expected an integer from 1 to 5000/],
  [["--variants", "x", "--rate", "5001"], /--rate is "5001", expected an integer from 1 to 5000/],
  [
    ["--variants", "x", "--seed", "4294967296"],
    /--seed is .*expected an integer from 0 to 429496729/,
  ],
  [["--target", "ftp://127.0.0.1"], /--target is "ftp:.*expected a URL such as http/],
  [["--target", "127.0.0.1:3000"], /--target is "127.*expected a URL such as http/],
  [["--target", local, "--redis", "6379"], /--redis is "6379", expected HOST:PORT such as/],
  [["--target", local, "--redis", "127.0.0.1:65536"], /--redis is .*expected HOST:PORT/],
  [["--target", local, "--redis", "redis://127.0.0.1:6379"], /--redis is .*expected HOST:PORT/],
  [["--target", local, "--listen", "0"], /--listen is "0", expected an integer from 1 to 65535/],
  [Array(11).fill(["--target", local]).flat(), /at most 10 --target/],
])("refuses %j", (args, message) => {
  expect(() => read(...args)).toThrow(CommandError);
  expect(() => read(...args)).toThrow(message);
});

it.each([
  ["--redis", "10.1.2.3:6379"],
  ["--redis", "redis.internal:6379"],
  ["--redis", "127.0.0.1.example.com:6379"],
  ["--target", "http://example.com/"],
  ["--target", "http://127.evil.example/"],
])("drills %s %s only with --allow-remote", (option, value) => {
  const args = option === "--redis" ? ["--target", local, option, value] : [option, value];
  expect(() => read(...args)).toThrow(/is not this machine.*--allow-remote/);
  expect(read(...args, "--allow-remote").source).toMatchObject({ allowRemote: true });
});

it.each(["127.0.0.1:1", "localhost:6379", "127.8.9.1:6379", "[::1]:6379"])(
  "takes %s for this machine",
  (redis) => {
    expect(read("--target", local, "--redis", redis).source.kind).toBe("targets");
  },
);

it("gives a command that does the same again, without passwords and with quotes", () => {
  const variants = read("--variants", "it's.json", "--faults", "flap", "--quick", "--rate", "9");
  expect(replayCommand(variants, 5, {})).toBe(
    "npx @holdfast/cli drill --variants 'it'\\''s.json' --faults flap --quick --rate 9 --seed 5",
  );
  const target = read("--target", "http://me:secret@127.0.0.1/{id}", "--client", "ioredis");
  expect(replayCommand(target, 5, { HOLDFAST_DRILL_COMMAND: "npm start --" })).toBe(
    "npm start -- --target 'http://127.0.0.1/{id}' --redis 127.0.0.1:6379 --listen 6380 --client ioredis --seed 5",
  );
});
