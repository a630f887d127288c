export { checks } from "./checks/index.ts";
export { examineServer } from "./examine.ts";
export { CONNECT_TIMEOUT_MS, SAMPLE_MS } from "./options.ts";
export type { ServerReport } from "./report.ts";
