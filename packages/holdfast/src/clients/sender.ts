import { HoldfastError } from "../core/index.ts";
import { clientKind } from "./kind.ts";

/**
 * How bulk and simple strings of a reply arrive; the same for both libraries. Integers are numbers,
 * nil is `null`, arrays are arrays, an error reply rejects with the client's own error object.
 */
export type ReplyEncoding = "string" | "buffer";

/**
 * Sends one command as it is given: name first, keys unprefixed (the client's `keyPrefix` is
 * not applied). It goes through the guard when the client has one.
 */
export type CommandSender = (args: readonly (string | Buffer)[]) => Promise<unknown>;

/**
 * A way to send raw commands that is the same for every supported client.
 *
 * @param replies - How strings in replies arrive. Default `"string"`.
 * @throws HoldfastError `HOLDFAST_CLIENT` when `client` is no client that Holdfast knows, or routes
 * by key (a Cluster or Sentinel of node-redis), where a raw command needs more than its arguments.
 */
export function commandSender(client: object, replies: ReplyEncoding = "string"): CommandSender {
  const kind = clientKind(client);
  if (kind?.library === "ioredis") return ioredisSender(client as IoredisCaller, replies);
  if (kind?.topology === "single" || kind?.topology === "pool") {
    return nodeRedisSender(client as NodeRedisCaller, replies);
  }
  const what =
    kind === undefined ? "not a known Redis client" : `a ${kind.library} ${kind.topology}`;
  throw new HoldfastError(
    "HOLDFAST_CLIENT",
    `commandSender: client is ${what}, expected a node-redis client or pool, or an ioredis client`,
  );
}

interface NodeRedisCaller {
  sendCommand(args: readonly (string | Buffer)[], options: object): Promise<unknown>;
}

// The RESP type bytes of simple, bulk and verbatim strings, as node-redis keys its type mappings.
const simpleString = 43;
const bulkString = 36;
const verbatimString = 61;

function nodeRedisSender(client: NodeRedisCaller, replies: ReplyEncoding): CommandSender {
  // Given even for strings, because a view of the client may carry a mapping of its own.
  const type = replies === "buffer" ? Buffer : String;
  const typeMapping = { [simpleString]: type, [bulkString]: type, [verbatimString]: type };
  const options = { typeMapping };
  return (args) => client.sendCommand(args, options);
}

interface IoredisCaller {
  call(name: string, ...args: unknown[]): Promise<unknown>;
  callBuffer(name: string, ...args: unknown[]): Promise<unknown>;
  sendCommand(command: unknown): Promise<unknown>;
}

function ioredisSender(client: IoredisCaller, replies: ReplyEncoding): CommandSender {
  // `call` reads key prefix, friendly stacks and autopipelining from `this.options` and hands the
  // command to `this.sendCommand`; on this stand-in it makes a bare command and no more.
  const caller = {
    options: {},
    sendCommand: (command: unknown) => client.sendCommand(command),
  };
  const call = replies === "buffer" ? client.callBuffer : client.call;
  return (args) => call.apply(caller as never, args as [string, ...unknown[]]);
}
