export type { ClientKind, ClientLibrary, ClientTopology } from "./kind.ts";
export { clientKind, isSupportedClient } from "./kind.ts";
export type { CommandSender, ReplyEncoding } from "./sender.ts";
export { commandSender, keyPrefixOf } from "./sender.ts";
