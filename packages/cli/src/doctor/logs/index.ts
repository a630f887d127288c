export type { LogsReport } from "./details.ts";
export { examineLogs } from "./examine.ts";
