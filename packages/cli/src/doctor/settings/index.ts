export { settingsChecks } from "./checks.ts";
export { examineSettings, type SettingsReport } from "./examine.ts";
