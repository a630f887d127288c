export { examinePackets } from "./examine.ts";
export { packetChecks } from "./findings.ts";
export type { PacketsOptions, PacketsReport } from "./report.ts";
