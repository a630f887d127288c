import { existsSync } from "node:fs";

/** Where Chromium is on this machine, `CHROMIUM_PATH` first; undefined when there is none. */
export function findBrowser() {
  return [
    process.env.CHROMIUM_PATH,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ].find((path) => path !== undefined && existsSync(path));
}
