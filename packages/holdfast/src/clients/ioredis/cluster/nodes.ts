import type { HoldfastError } from "../../../core/index.ts";
import type { Adapter, AdapterHost } from "../../adapter.ts";
import { hook } from "../../hook.ts";
import { connectionLoss } from "../../link.ts";
import type { CallContext } from "../calls.ts";
import { CommandCall, isMade } from "../calls.ts";
import { hookBatches } from "../hooks.ts";
import { IoredisLink, takeOverOptions } from "../link.ts";
import type { IoredisClient } from "../members.ts";
import { ioredisTarget } from "../members.ts";
import { keepCondition } from "../watch.ts";
import { routedCall } from "./calls.ts";
import type { NodeSide } from "./sides.ts";

/** How long a node that leaves has to answer what it was sent, in milliseconds. */
const leaveMs = 100;

/** The client of one node, hooked. */
export interface NodeAdapter extends Adapter {
  readonly side: NodeSide;
  readonly link: IoredisLink;
}

/** Hooks the client of one node of a Cluster. It connects again by itself, as long as it belongs. */
export function hookClusterNode(client: IoredisClient, host: AdapterHost): NodeAdapter {
  const target = ioredisTarget(client);
  const { sendCommand } = target;
  const link = new IoredisLink(target, host);
  const context: CallContext = { owner: host, link, client: target, sendCommand };
  const options = takeOverOptions(target, link);
  const lossOf = (error: unknown): HoldfastError | undefined => link.lossOf(error);
  const { watched } = link;
  const side: NodeSide = { owner: host, client: target, sendCommand, watched, lossOf };
  const restore = [
    options.restore,
    hookCommands(context, side),
    hookBatches(context),
    hookDisconnect(context, host),
  ];
  return {
    link,
    side,
    release: () => {
      for (const undo of restore) undo();
      link.release();
    },
  };
}

/**
 * The client waits up to 2 s for the other side to close too. A node that says nothing never does, and
 * the cluster begins to look for others only when the last of its nodes has ended.
 */
function hookDisconnect({ client, link }: CallContext, { clock }: AdapterHost): () => void {
  const { disconnect } = client;
  return hook(client, "disconnect", function (this: IoredisClient, reconnect?: boolean) {
    const { stream } = client;
    const drainMs = link.ready ? leaveMs : 0;
    disconnect.call(this, reconnect);
    clock.schedule(() => stream?.destroy(), drainMs);
  });
}

function hookCommands({ owner, link, client }: CallContext, side: NodeSide): () => void {
  const { sendCommand } = side;
  return hook(client, "sendCommand", function (this: IoredisClient, command, stream, node) {
    // Of a batch. One that is not at a guard of this node must not wait inside the client.
    if (stream !== undefined) {
      if (link.ready) {
        keepCondition(link.watched, command, client.stream);
        return sendCommand.call(this, command, stream, node);
      }
      command.reject(connectionLoss(new Error("Connection is closed.")).unsent);
      return command.promise;
    }
    const call = routedCall(command);
    if (call !== undefined) {
      call.arrive(side);
      return command.promise;
    }
    const name = command.name.toLowerCase();
    if (link.passes(command) || name === "quit") return sendCommand.call(this, command);
    if (!isMade(command)) return command.promise;
    // The client sends it ahead of a command that was redirected, and looks at no answer.
    if (name === "asking") command.promise.catch(() => {});
    owner.submit(new CommandCall({ owner, link, client, sendCommand }, command));
    return command.promise;
  } satisfies IoredisClient["sendCommand"]);
}
