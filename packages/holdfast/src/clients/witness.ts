import { errorMonitor } from "node:events";

/** Hears what a client does, and changes nothing of it. */
export interface Witness {
  /** Of the server; set by the adapter before anything else. */
  address: string;
  /** A command goes its way; the result is told to what comes back. */
  began(name: string, args: readonly unknown[] | undefined, argsFrom: number): Observed;
  up(): void;
  down(cause: Error): void;
}

/** The end of a command that is watched. */
export interface Observed {
  succeeded(): void;
  failed(error: unknown): void;
}

/** The members of either client's event emitter that a witness needs. */
interface Emitter {
  on(event: string | symbol, listener: (...values: never[]) => void): unknown;
  off(event: string | symbol, listener: (...values: never[]) => void): unknown;
}

/** Watches a connection without becoming an 'error' listener, which would keep a process alive. */
export function witnessConnection(
  client: Emitter,
  isReady: () => boolean,
  witness: Witness,
): () => void {
  let isUp = isReady();
  if (isUp) witness.up();
  let cause = new Error("the connection was closed");
  const up = () => {
    isUp = true;
    witness.up();
  };
  const down = () => {
    if (!isUp || isReady()) return;
    isUp = false;
    witness.down(cause);
  };
  const failed = (error: unknown) => {
    if (error instanceof Error) cause = error;
    down();
  };
  const listeners = [
    ["ready", up],
    ["end", down],
    ["close", down],
    [errorMonitor, failed],
  ] as const;
  for (const [event, listener] of listeners) client.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) client.off(event, listener);
  };
}
