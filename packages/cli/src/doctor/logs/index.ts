export type { LogsDetails, LogsReport } from "./details.ts";
export { examineLogs, type LogsOptions } from "./examine.ts";
