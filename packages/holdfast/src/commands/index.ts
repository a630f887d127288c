export { blockingTimeoutMs } from "./blocking.ts";
export type { CommandClass } from "./command-class.ts";
export { commandClass } from "./command-class.ts";
