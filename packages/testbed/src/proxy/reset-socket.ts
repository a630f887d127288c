import type { Socket } from "node:net";

/**
 * Ends a connection by RST where that can be done. Not a connecting one: Node would put the reset
 * off until it is connected, if it ever is. Nor one whose FIN is on its way: Node 20 forgets that
 * socket half-closed, and the process, when it is to end, waits for it for ever in a busy loop.
 */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  const finishing = socket.writableEnded && !socket.writableFinished;
  if (socket.connecting || finishing) socket.destroy();
  else socket.resetAndDestroy();
}
