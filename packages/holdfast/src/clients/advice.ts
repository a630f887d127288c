import type { ClientLibrary } from "./kind.ts";

type Options = Readonly<Record<string, unknown>>;

interface Rule {
  readonly applies: (options: Options) => boolean;
  readonly advice: string;
}

const isSet = (value: unknown): boolean => typeof value === "number" && value > 0;

const socketOf = (options: Options): Options =>
  (typeof options.socket === "object" && options.socket !== null ? options.socket : {}) as Options;

/** Longest time to establish a TLS socket that leaves a recovery fast, in milliseconds. */
const connectTimeoutMaxMs = 1_000;

/** Options that work against the guard and that it cannot replace, each with what to do. */
const rules: Readonly<Record<ClientLibrary, readonly Rule[]>> = {
  "node-redis": [
    {
      applies: (options) => {
        const { tls, connectTimeout = 5_000 } = socketOf(options);
        return tls === true && Number(connectTimeout) > connectTimeoutMaxMs;
      },
      advice:
        "socket.connectTimeout: set it to 500; the guard cannot end an attempt over TLS that hangs, so a recovery may take as long as this",
    },
    {
      applies: (options) => isSet(socketOf(options).socketTimeout),
      advice:
        "socket.socketTimeout: leave it out; it ends connections that are merely idle, and the guard finds silent ones itself",
    },
    {
      applies: (options) => isSet(options.commandsQueueMaxLength),
      advice:
        "commandsQueueMaxLength: leave it out; it rejects commands of large pipelines, and maxInFlight bounds the queue",
    },
  ],
  ioredis: [
    {
      applies: (options) => isSet(options.commandTimeout),
      advice:
        "commandTimeout: leave it out; it sets a timer for each command, and attemptTimeoutMs serves",
    },
    {
      applies: (options) => isSet(options.socketTimeout),
      advice: "socketTimeout: leave it out; the guard finds silent connections itself",
    },
    {
      applies: (options) => options.enableReadyCheck === false,
      advice:
        "enableReadyCheck: set it to true; without it commands reach a server that is still loading",
    },
  ],
};

/** What to change in a client's options, in words; never a value of an option. */
export function adviceFor(library: ClientLibrary, client: object): readonly string[] {
  const options = optionsOf(client);
  if (typeof options !== "object" || options === null) return [];
  return rules[library]
    .filter(({ applies }) => applies(options as Options))
    .map(({ advice }) => advice);
}

/** Those of a connection: a cluster has them apart, for the clients of its nodes. */
function optionsOf(client: object): unknown {
  const own: unknown = Reflect.get(client, "options");
  const ofCluster: unknown = own ?? Reflect.get(client, "_options");
  if (typeof ofCluster !== "object" || ofCluster === null) return undefined;
  const { redisOptions, defaults } = ofCluster as Options;
  return redisOptions ?? defaults ?? own;
}
