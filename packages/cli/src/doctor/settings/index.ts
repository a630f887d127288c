export { type SettingsCheck, settingsChecks } from "./checks.ts";
export { examineSettings, type SettingsReport } from "./examine.ts";
