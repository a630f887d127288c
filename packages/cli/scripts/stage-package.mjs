// Lays the package out as it is published: `npm run stage --workspace @holdfast/cli [-- FOLDER]`.
//
// The testbed is private, so the published package carries a copy of it in place of the dependency.
// dist/ stays as it is: in the workspace it goes on to use the testbed that is being worked on.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
const workspace = join(folder, "..", "..");
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const staged = resolve(process.argv[2] ?? join(folder, manifest.publishConfig.directory));

const main = join(folder, "dist", "main.js");
if (!existsSync(main)) throw new Error(`${main} is not there: npm run build`);

rmSync(staged, { recursive: true, force: true });
cpSync(join(folder, "dist"), join(staged, "dist"), { recursive: true, filter: isPublished });
cpSync(join(folder, "README.md"), join(staged, "README.md"));
cpSync(join(workspace, "LICENSE"), join(staged, "LICENSE"));
copyTestbed();

const { devDependencies, scripts, publishConfig, ...published } = manifest;
writeFileSync(join(staged, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
console.log(staged);

/** The one module that imports the testbed is made to import the copy beside it. */
function copyTestbed() {
  const source = join(workspace, "packages", "testbed", "dist");
  cpSync(source, join(staged, "dist", "testbed"), { recursive: true, filter: isPublished });
  for (const name of ["testbed.js", "testbed.d.ts"]) {
    const path = join(staged, "dist", name);
    const code = readFileSync(path, "utf8");
    if (!code.includes('"@holdfast/testbed"')) throw new Error(`${path} imports no testbed`);
    writeFileSync(path, code.replaceAll('"@holdfast/testbed"', '"./testbed/index.js"'));
  }
}

function isPublished(path) {
  return !path.endsWith(".tsbuildinfo");
}
