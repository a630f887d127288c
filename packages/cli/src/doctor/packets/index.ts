export { examinePackets } from "./examine.ts";
export { type PacketCheck, packetChecks } from "./findings.ts";
export type {
  CaptureSummary,
  CommandLatency,
  Comparison,
  PacketPlots,
  PacketsOptions,
  PacketsReport,
  PcapSummary,
} from "./report.ts";
