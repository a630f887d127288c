export type { GuardEvent, GuardEvents } from "./events.ts";
export type { Guard, ReadyOptions } from "./guard.ts";
export type { GuardHealth, NodeHealth } from "./health.ts";
export type { CommandOverride, CommandOverrides } from "./judge.ts";
export type { Latency } from "./latency.ts";
export type { WouldHave } from "./node-watch.ts";
export type { GuardMode, ProtectOptions } from "./options.ts";
export { guardOf, protect } from "./protect.ts";
export type { LastFailure } from "./record.ts";
