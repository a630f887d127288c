// Set-up, then every check and every test. Prints `N passed, N failed` last. Arguments go on to vitest.
// HOLDFAST_LONG=1 adds the tests that take minutes (`*.long.test.ts`), as before a release.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { findBrowser } from "./browser.mjs";
import { checks } from "./checks.mjs";
import { binary, root, setUp } from "./setup.mjs";

setUp();

const tally = { passed: 0, failed: 0 };
await runChecks();
await runTests(projects());
if (process.env.HOLDFAST_LONG === "1") await runTests(["long", "oldest clients"]);
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;

async function runChecks() {
  const waiting = checks();
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const startedAt = Date.now();
      const { code, output } = await run(check.args, { capture: true });
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      console.log(`${code === 0 ? "ok    " : "FAILED"} ${check.name} (${seconds} s)`);
      if (code !== 0) console.log(output);
      tally[code === 0 ? "passed" : "failed"] += 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

function projects() {
  const names = ["unit", "integration"];
  if (findBrowser() !== undefined) names.push("browser");
  else if (process.env.CI === undefined) console.log("browser tests left out: no Chromium found");
  else {
    console.log("FAILED browser tests: no Chromium found (CHROMIUM_PATH can name one)");
    tally.failed += 1;
  }
  return names;
}

async function runTests(names) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-test-"));
  const outputFile = join(folder, "vitest.json");
  try {
    const { code } = await run([
      binary("vitest"),
      "run",
      "--passWithNoTests",
      ...names.flatMap((project) => ["--project", project]),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${outputFile}`,
      ...process.argv.slice(2),
    ]);
    const report = JSON.parse(readFileSync(outputFile, "utf8"));
    tally.passed += report.numPassedTests;
    tally.failed += report.numFailedTests;
    // A file that could not even be loaded, or an error outside of any test, has no failed test.
    if (code !== 0 && report.numFailedTests === 0) tally.failed += 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(args, { capture = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: capture ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        output += chunk;
      });
    }
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
