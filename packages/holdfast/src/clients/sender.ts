import { HoldfastError } from "../core/index.ts";
import { firstKeyOf } from "./first-key.ts";
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
 * On a cluster a command goes to the node of its first key, and to the primary there; a command of
 * several keys must have them all in one slot (`{tag}`).
 *
 * @throws HoldfastError `HOLDFAST_CLIENT` when `client` is no client that Holdfast knows.
 */
export function commandSender(client: object, replies: ReplyEncoding = "string"): CommandSender {
  const kind = clientKind(client);
  if (kind?.library === "ioredis") return ioredisSender(client as IoredisCaller, replies);
  if (kind?.topology === "single" || kind?.topology === "pool") {
    return nodeRedisSender(client as NodeRedisCaller, replies);
  }
  if (kind?.topology === "cluster") {
    const cluster = client as NodeRedisClusterCaller;
    const options = nodeRedisOptions(replies);
    return (args) => cluster.sendCommand(firstKeyOf(args), false, args, options);
  }
  if (kind?.topology === "sentinel") {
    const sentinel = client as NodeRedisSentinelCaller;
    const options = nodeRedisOptions(replies);
    return (args) => sentinel.sendCommand(false, args, options);
  }
  throw new HoldfastError(
    "HOLDFAST_CLIENT",
    "commandSender: client is not a known Redis client, expected one of node-redis or ioredis",
  );
}

interface NodeRedisClusterCaller {
  sendCommand(
    firstKey: string | Buffer | undefined,
    isReadonly: boolean,
    args: readonly (string | Buffer)[],
    options: object,
  ): Promise<unknown>;
}

interface NodeRedisSentinelCaller {
  sendCommand(
    isReadonly: boolean,
    args: readonly (string | Buffer)[],
    options: object,
  ): Promise<unknown>;
}

interface NodeRedisCaller {
  sendCommand(args: readonly (string | Buffer)[], options: object): Promise<unknown>;
}

// The RESP type bytes of simple, bulk and verbatim strings, as node-redis keys its type mappings.
const simpleString = 43;
const bulkString = 36;
const verbatimString = 61;

function nodeRedisSender(client: NodeRedisCaller, replies: ReplyEncoding): CommandSender {
  const options = nodeRedisOptions(replies);
  return (args) => client.sendCommand(args, options);
}

/** Given even for strings, because a view of the client may carry a mapping of its own. */
function nodeRedisOptions(replies: ReplyEncoding): object {
  const type = replies === "buffer" ? Buffer : String;
  const typeMapping = { [simpleString]: type, [bulkString]: type, [verbatimString]: type };
  return { typeMapping };
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
