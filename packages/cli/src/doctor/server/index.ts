export { type CheckDescription, checks } from "./checks/index.ts";
export { examineServer } from "./examine.ts";
export type { ExamineOptions } from "./options.ts";
export { CONNECT_TIMEOUT_MS, SAMPLE_MS } from "./options.ts";
export type { ServerDetails, ServerReport, Step } from "./report.ts";
