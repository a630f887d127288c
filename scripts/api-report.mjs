// Compares the public types with the reports in etc/. `--write` accepts what has changed.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";
import { root } from "./setup.mjs";

const accept = process.argv.includes("--write");
const folder = join(root, "packages", "holdfast");
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const temporary = mkdtempSync(join(tmpdir(), "holdfast-api-"));

try {
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    if (typeof target === "string") continue;
    const name = `holdfast${subpath.slice(1).replaceAll("/", "-")}`;
    if (!stands(name, join(folder, target.types))) {
      console.error(
        `etc/${name}.api.md is not what the types say; if the change is meant: node scripts/api-report.mjs --write`,
      );
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(temporary, { recursive: true });
}

function stands(name, mainEntryPointFilePath) {
  const reportFolder = join(root, "etc");
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath,
      compiler: { tsconfigFilePath: join(folder, "tsconfig.json") },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder,
        reportTempFolder: temporary,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      messages: {
        extractorMessageReporting: {
          // Release tags are not used: what an entry point exports is public.
          "ae-missing-release-tag": { logLevel: "none" },
          "ae-forgotten-export": { logLevel: "error" },
        },
        tsdocMessageReporting: { default: { logLevel: "none" } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, "package.json"),
  });
  let sound = true;
  Extractor.invoke(config, {
    localBuild: accept,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel !== "error") return;
      console.error(`${name}: ${message.text}`);
      sound = false;
    },
  });
  const committed = join(reportFolder, `${name}.api.md`);
  const produced = join(temporary, `${name}.api.md`);
  const same =
    existsSync(committed) &&
    existsSync(produced) &&
    readFileSync(committed, "utf8") === readFileSync(produced, "utf8");
  return sound && (accept || same);
}
