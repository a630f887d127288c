import type { Adapter, AdapterHost } from "../adapter.ts";
import { hook } from "../hook.ts";
import type { CallContext, MethodDetails } from "./calls.ts";
import { CommandCall, MethodCall } from "./calls.ts";
import { NodeRedisLink } from "./link.ts";
import type { NodeRedisClient } from "./members.ts";
import { nodeRedisTarget } from "./members.ts";
import { pipelineWithCondition } from "./watch.ts";

type Method = (...values: unknown[]) => Promise<unknown>;

/** Subscriptions reach the client's queue by these alone, and their names differ in case only. */
export const subscriptionMethods: readonly string[] = [
  "subscribe",
  "unsubscribe",
  "pSubscribe",
  "pUnsubscribe",
].concat(["sSubscribe", "sUnsubscribe"]);

/** A hooked client, for those who have more to ask of its connection. */
export interface NodeRedisAdapter extends Adapter {
  readonly link: NodeRedisLink;
}

/**
 * Hooks a node-redis client. The hooks are own properties of the object that holds the connection,
 * so that the client and all views of it, made before or after, see them.
 *
 * @throws HoldfastError `HOLDFAST_CLIENT` before anything is changed.
 */
export function hookNodeRedis(client: object, host: AdapterHost): NodeRedisAdapter {
  const target = nodeRedisTarget(client);
  const link = new NodeRedisLink(target, host, host.clock);
  const context: CallContext = { owner: host, link };
  const restore = [
    hookOptions(target),
    hookCommands(target, context),
    ...hookBatches(target, context),
    ...hookSubscriptions(target, context),
    ...hookLife(target, link, host),
  ];
  return {
    link,
    release: () => {
      for (const undo of restore) undo();
      link.release();
    },
  };
}

/** Without it the client makes an AbortSignal with a timer for each command; the guard's deadline serves. */
export function hookOptions(target: Pick<NodeRedisClient, "_commandOptions">): () => void {
  const before = target._commandOptions;
  target._commandOptions = { ...before, timeout: undefined };
  return () => {
    target._commandOptions = before;
  };
}

function hookCommands(target: NodeRedisClient, context: CallContext): () => void {
  const raw = target.sendCommand;
  const { owner } = context;
  return hook(target, "sendCommand", function (this: NodeRedisClient, args, options) {
    return new Promise((resolve, reject) => {
      owner.submit(new CommandCall(context, raw, this, args, options, resolve, reject));
    });
  } satisfies NodeRedisClient["sendCommand"]);
}

function hookBatches(target: NodeRedisClient, context: CallContext): (() => void)[] {
  const { link } = context;
  const { _executeMulti: multi, _executePipeline: pipeline } = target;
  return [
    hook(target, "_executeMulti", function (this: NodeRedisClient, commands, ...rest) {
      return submit(context, {
        name: "MULTI",
        size: commands.length,
        run: () => {
          // The client itself knows of a WATCH by its own method only.
          if (link.refuses(["EXEC"])) target.setDirtyWatch("Client reconnected after WATCH");
          return multi.call(this, commands, ...rest);
        },
        // The WATCH is forgotten with the first run, so a second would be unconditional.
        repeatable: target.isWatching !== true && !link.watching,
        idempotent: false,
      });
    } satisfies NodeRedisClient["_executeMulti"]),
    hook(target, "_executePipeline", function (this: NodeRedisClient, commands, ...rest) {
      return submit(context, {
        name: "PIPELINE",
        size: commands.length,
        run: () =>
          pipelineWithCondition(link, commands, (kept) => pipeline.call(this, kept, ...rest)),
        repeatable: true,
        idempotent: false,
      });
    } satisfies NodeRedisClient["_executePipeline"]),
  ];
}

function hookSubscriptions(target: NodeRedisClient, context: CallContext): (() => void)[] {
  const names = subscriptionMethods.flatMap((name) => [name, name.toUpperCase()]);
  return names.map((name) => {
    const raw = Reflect.get(target, name) as Method | undefined;
    if (typeof raw !== "function") return () => {};
    return hook(target, name, function (this: NodeRedisClient, ...values: unknown[]) {
      return submit(context, {
        name: name.toUpperCase(),
        size: 1,
        run: () => raw.apply(this, values),
        repeatable: true,
        idempotent: true,
      });
    });
  });
}

function hookLife(target: NodeRedisClient, link: NodeRedisLink, host: AdapterHost): (() => void)[] {
  const { duplicate } = target;
  return [
    hook(target, "connect", async function (this: NodeRedisClient) {
      // As the client itself does.
      if (link.open) throw new Error("Socket already opened");
      await settledWithin(link.start(), host);
      return this;
    }),
    hook(target, "duplicate", function (this: NodeRedisClient, overrides?: object) {
      const copy = duplicate.call(this, overrides);
      host.adopt(copy);
      return copy;
    }),
    ...["close", "destroy", "disconnect", "quit", "QUIT"].map((name) =>
      hookEnd(target, link, name, host),
    ),
  ];
}

/**
 * A way to end the client: it ends the guard's reconnecting too. Those that wait for replies wait no
 * longer than a command may take: a frozen server would never let go of the client.
 */
function hookEnd(
  target: NodeRedisClient,
  link: NodeRedisLink,
  name: string,
  host: AdapterHost,
): () => void {
  const raw = Reflect.get(target, name) as ((...values: unknown[]) => unknown) | undefined;
  if (typeof raw !== "function") return () => {};
  const waitsForReplies = name !== "destroy" && name !== "disconnect";
  const { destroy } = target;
  const result = name.toLowerCase() === "quit" ? "OK" : undefined;
  return hook(target, name, function (this: NodeRedisClient, ...values: unknown[]) {
    if (!link.open) return raw.apply(this, values);
    const replies = link.ready && waitsForReplies;
    link.stop();
    if (replies) {
      const ended = raw.apply(this, values) as Promise<unknown>;
      return endedWithin(ended, result, () => destroyQuietly(target, destroy), host);
    }
    // Without a connection nothing was ever sent that it could wait for: waiting would never end.
    destroyQuietly(target, destroy);
    return name === "destroy" ? undefined : Promise.resolve(result);
  });
}

/** Version 5 throws when the client is torn down already, as it is between two attempts. */
function destroyQuietly(target: NodeRedisClient, destroy: () => void): void {
  try {
    destroy.call(target);
  } catch {
    // It is as closed as it can be.
  }
}

/** The client's own end, or `result` once it was destroyed because the time was up. */
function endedWithin(
  ended: Promise<unknown>,
  result: unknown,
  destroy: () => void,
  { clock, connectMs }: AdapterHost,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = clock.schedule(() => {
      resolve(result);
      destroy();
    }, connectMs);
    const settle = (how: (value: unknown) => void) => (value: unknown) => {
      clock.cancel(timer);
      how(value);
    };
    ended.then(settle(resolve), settle(reject));
  });
}

function submit(context: CallContext, details: MethodDetails): Promise<unknown> {
  return new Promise((resolve, reject) => {
    context.owner.submit(new MethodCall(context, details, resolve, reject));
  });
}

/** Waits for the first attempt to connect, or until its time is up. */
export function settledWithin(
  outcome: Promise<unknown>,
  host: Pick<AdapterHost, "clock" | "connectMs">,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = host.clock.schedule(resolve, host.connectMs);
    const settle = () => {
      host.clock.cancel(timer);
      resolve();
    };
    outcome.then(settle, settle);
  });
}
