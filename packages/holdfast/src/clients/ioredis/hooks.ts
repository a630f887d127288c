import type { Adapter, AdapterHost } from "../adapter.ts";
import { hook } from "../hook.ts";
import type { CallContext } from "./calls.ts";
import { BatchCall, CommandCall, isMade } from "./calls.ts";
import { IoredisLink, takeOverOptions } from "./link.ts";
import type { Callback, IoredisClient, IoredisPipeline } from "./members.ts";
import { ioredisTarget } from "./members.ts";
import { Sentinels } from "./sentinel.ts";
import { keepCondition } from "./watch.ts";

/**
 * Hooks an ioredis or iovalkey client: `sendCommand` sees every command, scripts, scans and
 * subscriptions included, but for those of a batch, which is decided upon when it is executed.
 *
 * @throws HoldfastError `HOLDFAST_CLIENT` before anything is changed.
 */
export function hookIoredis(client: object, host: AdapterHost): Adapter {
  const target = ioredisTarget(client);
  const { sendCommand } = target;
  const sentinels = Sentinels.of(target, host);
  const link = new IoredisLink(target, host, sentinels);
  const context: CallContext = { owner: host, link, client: target, sendCommand };
  const options = takeOverOptions(target, link);
  const restore = [
    options.restore,
    hookCommands(context, host),
    hookBatches(context),
    hookLife(target, link, host, { ...options.originals, ...sentinels?.originals }),
    () => sentinels?.release(),
  ];
  return {
    link,
    release: () => {
      for (const undo of restore) undo();
      link.release();
    },
  };
}

function hookCommands(context: CallContext, { clock, connectMs }: AdapterHost): () => void {
  const { owner, link, client, sendCommand } = context;
  return hook(client, "sendCommand", function (this: IoredisClient, command, stream, node) {
    if (isQuit(command.name) && stream === undefined && link.open) {
      link.quit(command, clock, connectMs);
      return command.promise;
    }
    // With a stream it belongs to a batch that has been admitted.
    if (stream !== undefined || link.passes(command)) {
      if (stream === undefined) link.watchHandshake(command);
      else keepCondition(link.watched, command, client.stream);
      return sendCommand.call(this, command, stream, node);
    }
    // It has failed already: its own promise says why.
    if (!isMade(command)) return command.promise;
    const call = new CommandCall(context, command);
    owner.submit(call);
    return command.promise;
  } satisfies IoredisClient["sendCommand"]);
}

/** In either case, and at the cost of a comparison for every other command. */
function isQuit(name: unknown): boolean {
  return typeof name === "string" && name.length === 4 && name.toLowerCase() === "quit";
}

/** Autopipelining arrives here too: it makes its pipelines by the client's own method. */
export function hookBatches(context: CallContext): () => void {
  const { client } = context;
  const { pipeline, multi } = client;
  const undoPipeline = hook(client, "pipeline", function (this: IoredisClient, commands?: unknown) {
    return guardBatch(pipeline.call(this, commands), "PIPELINE", context);
  });
  const undoMulti = hook(client, "multi", function (this: IoredisClient, ...values: unknown[]) {
    const made = multi.apply(this, values);
    // With `pipeline: false` it has sent a MULTI command, which went by `sendCommand`.
    return "exec" in made ? guardBatch(made, "MULTI", context) : made;
  });
  return () => {
    undoPipeline();
    undoMulti();
  };
}

function guardBatch(
  pipeline: IoredisPipeline,
  name: string,
  context: CallContext,
): IoredisPipeline {
  const { exec } = pipeline;
  hook(pipeline, "exec", function (this: IoredisPipeline, ...values: [Callback?]) {
    // It ends a transaction within the pipeline, which goes on. Arguments would be the command's.
    if (name === "PIPELINE" && (pipeline._transactions ?? 0) > 0) return exec.apply(this, values);
    const [callback] = values;
    // Once it is admitted, the client's own calls of `exec` are part of it.
    hook(pipeline, "exec", exec);
    const run = () => exec.call(pipeline);
    const result = new Promise((resolve, reject) => {
      const settle: Callback = (error, value) => {
        if (error === undefined) resolve(value);
        else reject(error);
      };
      context.owner.submit(new BatchCall(name, pipeline, run, settle));
    });
    return withCallback(result, callback);
  });
  return pipeline;
}

/** As the client does it: the callback is called outside of the promise, so that it may throw. */
export function withCallback(result: Promise<unknown>, callback?: Callback): Promise<unknown> {
  if (typeof callback === "function") {
    result.then(
      (value) => setImmediate(callback, null, value),
      (error: unknown) => setImmediate(callback, error),
    );
  }
  return result;
}

function hookLife(
  target: IoredisClient,
  link: IoredisLink,
  host: AdapterHost,
  originals: object,
): () => void {
  const { connect, disconnect, duplicate } = target;
  const undoConnect = hook(target, "connect", function (this: IoredisClient, callback?: Callback) {
    const { status } = this;
    const begins = status === "wait" || status === "end" || status === "close";
    if (!begins) return connect.call(this, callback);
    return withCallback(connectWithin(this, connect, host, link), callback);
  });
  const undoDuplicate = hook(target, "duplicate", function (this: IoredisClient, overrides = {}) {
    const copy = duplicate.call(this, { ...originals, ...overrides });
    // A monitor connection replaces its own `sendCommand` and carries no commands.
    if (Reflect.get(overrides, "monitor") !== true) host.adopt(copy);
    return copy;
  });
  const undoDisconnect = hook(target, "disconnect", function (this: IoredisClient, again = false) {
    const wasPausing = this.status === "reconnecting";
    disconnect.call(this, again);
    // Between two attempts no socket is there to close, so the client would never say that it ended.
    if (wasPausing && !again) this.setStatus?.("end");
  });
  return () => {
    undoConnect();
    undoDuplicate();
    undoDisconnect();
  };
}

/** Settles with the first attempt, or when its time is up; a failed one goes on in the background. */
export function connectWithin<Client extends object>(
  client: Client,
  connect: (this: Client) => Promise<void>,
  host: Pick<AdapterHost, "clock" | "connectMs">,
  link: { readonly open: boolean },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = host.clock.schedule(resolve, host.connectMs);
    const settle = (error?: unknown) => {
      host.clock.cancel(timer);
      if (error === undefined || link.open) resolve();
      else reject(error);
    };
    connect.call(client).then(() => settle(), settle);
  });
}
