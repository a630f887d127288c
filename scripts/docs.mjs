// Builds the documentation site and fails on a dead link. Arguments go on to VitePress: `npm run
// docs -- dev` serves it while you write. Its tools have a lock file of their own, so that `npm ci`
// in the workspace stays quick for everybody else.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

const docs = join(root, "docs");
const stamp = join(docs, "node_modules", ".holdfast-lock");
const [command = "build", ...rest] = process.argv.slice(2);

install();
const vitepress = join(docs, "node_modules", "vitepress", "bin", "vitepress.js");
run(process.execPath, [vitepress, command, docs, ...rest]);

function install() {
  const lock = readFileSync(join(docs, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log("docs: npm ci");
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js")) run(process.execPath, [npm, "ci"]);
  else run("npm", ["ci"]);
  writeFileSync(stamp, wanted);
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: docs, stdio: "inherit" });
  if (error !== undefined) console.error(`docs: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
