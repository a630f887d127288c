// Everything between a fresh clone and a running command: packages, Redis and the build. Plain Node,
// since nothing is installed yet. Each step looks first and does nothing when nothing is to be done.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const nodeMinimum = [20, 19];
const stampFolder = join(root, "node_modules", ".holdfast");

class SetupError extends Error {}

/**
 * Does what is missing, in order, and says so. Ends the process with exit code 3 when it cannot.
 *
 * @param {{ redis?: boolean }} [options] - `redis: false` leaves the Redis server out.
 */
export function setUp({ redis = true } = {}) {
  try {
    checkNode();
    installPackages();
    if (redis) installRedis();
    build();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`set-up: ${error.message}`);
    process.exit(3);
  }
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [needMajor, needMinor] = nodeMinimum;
  if (major < needMajor || (major === needMajor && minor < needMinor)) {
    throw new SetupError(
      `Node.js ${process.versions.node} is too old, ${nodeMinimum.join(".")} or newer is needed`,
    );
  }
}

function installPackages() {
  const manifests = ["package.json", "package-lock.json", ".npmrc"];
  for (const folder of workspaces()) manifests.push(join(folder, "package.json"));
  const wanted = digest(manifests.map((file) => `${file}\n${readFileSync(join(root, file))}`));
  if (readStamp("packages") === wanted) return;
  say("packages: npm ci");
  // npm's own script when npm runs us, so that the same npm does the work on every platform.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js")) run(process.execPath, [npm, "ci"], "installing packages failed");
  else run("npm", ["ci"], "installing packages failed");
  writeStamp("packages", wanted);
}

const managers = [
  { command: "apt-get", asRoot: true, steps: [["update"], ["install", "-y", "redis-server"]] },
  { command: "dnf", asRoot: true, steps: [["install", "-y", "redis"]] },
  { command: "apk", asRoot: true, steps: [["add", "redis"]] },
  { command: "brew", asRoot: false, steps: [["install", "redis"]] },
];

function installRedis() {
  if (hasRedis()) return;
  const manager = managers.find(({ command }) => onPath(command));
  if (manager === undefined) {
    throw new SetupError(
      "no redis-server or valkey-server on the PATH; install one (https://redis.io/docs/latest/operate/oss_and_stack/install/) and run this again",
    );
  }
  const commands = manager.steps.map((step) => [manager.command, ...step].join(" "));
  if (manager.asRoot && process.getuid?.() !== 0) {
    const byHand = commands.map((command) => `sudo ${command}`).join(" && ");
    throw new SetupError(`no redis-server or valkey-server on the PATH; install one: ${byHand}`);
  }
  manager.steps.forEach((step, index) => {
    say(`redis: ${commands[index]}`);
    const failure = `installing Redis failed; try it by hand: ${commands.join(" && ")}`;
    run(manager.command, step, failure, { quiet: true });
  });
  if (!hasRedis()) throw new SetupError(`${commands.at(-1)} left no redis-server on the PATH`);
}

function hasRedis() {
  return onPath("redis-server") || onPath("valkey-server");
}

function build() {
  const wanted = digest(
    sourceFiles().map((file) => {
      const { size, mtimeMs } = statSync(join(root, file));
      return `${file} ${size} ${mtimeMs}`;
    }),
  );
  const built = existsSync(join(root, "packages", "cli", "dist", "main.js"));
  if (built && readStamp("build") === wanted) return;
  say("build: tsc -b");
  run(process.execPath, [binary("typescript", "tsc"), "-b"], "the build failed");
  writeStamp("build", wanted);
}

function sourceFiles() {
  const files = ["tsconfig.base.json", "tsconfig.json"];
  for (const folder of workspaces()) {
    files.push(join(folder, "tsconfig.json"));
    for (const entry of readdirSync(join(root, folder, "src"), { recursive: true })) {
      if (String(entry).endsWith(".ts")) files.push(join(folder, "src", String(entry)));
    }
  }
  return files.sort();
}

function workspaces() {
  return ["packages", "examples"].flatMap((group) =>
    readdirSync(join(root, group))
      .map((name) => join(group, name))
      .filter((folder) => existsSync(join(root, folder, "package.json"))),
  );
}

/**
 * The script behind a package's command, to be run by this Node: no shell, no PATH.
 *
 * @param {string} packageName
 * @param {string} [command]
 */
export function binary(packageName, command = packageName) {
  const folder = join(root, "node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bin === "string" ? bin : bin[command]);
}

function onPath(command) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function run(command, args, failure, { quiet = false } = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status === 0) return;
  if (quiet) process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
  throw new SetupError(error === undefined ? failure : `${failure} (${error.message})`);
}

function digest(parts) {
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}

function readStamp(name) {
  const file = join(stampFolder, name);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function writeStamp(name, value) {
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(join(stampFolder, name), value);
}

function say(text) {
  console.log(`set-up: ${text}`);
}
