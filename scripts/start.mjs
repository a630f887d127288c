// The main job: drill the example shop. Arguments go on to `holdfast drill`.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root, setUp } from "./setup.mjs";

setUp();

const args = process.argv.slice(2);
const namesItsOwn = args.some((arg) => /^--(target|variants)\b/.test(arg));
const variants = namesItsOwn ? [] : ["--variants", join(root, "examples", "shop", "drill.json")];
const drill = spawn(
  process.execPath,
  [join(root, "packages", "cli", "dist", "main.js"), "drill", ...variants, ...args],
  { stdio: "inherit", env: { ...process.env, HOLDFAST_DRILL_COMMAND: "npm start --" } },
);
// A terminal sends Ctrl-C to the drill as well; whatever else would end us is passed on. The drill
// decides when it has cleaned up.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => drill.kill(signal));
drill.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 130);
});
