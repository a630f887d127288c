import { createServer, type Server, type Socket } from "node:net";
import { pause } from "../clock.ts";
import { systemCodeOf } from "../errors.ts";

/** Connections that a proxy has at the same time; those above it are closed at once. */
export const CONNECTIONS_MAX = 10_000;
const LISTEN_TRIES = 40;
const LISTEN_PAUSE_MS = 25;

/**
 * A listening port that can be closed and opened again. Its operations run one after the other:
 * Node's `server.close()` during a `listen` that has only begun would leave the port open.
 */
export class Door {
  readonly #port: number;
  readonly #onConnection: (socket: Socket) => void;
  #server: Server | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(port: number, onConnection: (socket: Socket) => void) {
    this.#port = port;
    this.#onConnection = onConnection;
  }

  get isOpen(): boolean {
    return this.#server !== undefined;
  }

  /**
   * Listens. A port that is in use is tried again for a second: between closing and opening,
   * somebody may have had it for a moment.
   */
  open(): Promise<void> {
    return this.#next(async () => {
      this.#server ??= await this.#listenPatiently();
    });
  }

  /** Stops listening; whoever connects is refused. Connections that stand are not touched. */
  close(): Promise<void> {
    return this.#next(async () => {
      this.#server?.close();
      this.#server = undefined;
    });
  }

  #next(operation: () => Promise<void>): Promise<void> {
    const done = this.#last.then(operation);
    this.#last = done.catch(() => {});
    return done;
  }

  async #listenPatiently(): Promise<Server> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#listen();
      } catch (error) {
        if (attempt >= LISTEN_TRIES || systemCodeOf(error) !== "EADDRINUSE") throw error;
      }
      await pause(LISTEN_PAUSE_MS);
    }
  }

  #listen(): Promise<Server> {
    const server = createServer(
      { allowHalfOpen: true, pauseOnConnect: true, noDelay: true },
      this.#onConnection,
    );
    server.maxConnections = CONNECTIONS_MAX;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port: this.#port, host: "127.0.0.1", backlog: 511 }, () => {
        server.removeListener("error", reject);
        server.on("error", () => {});
        resolve(server);
      });
    });
  }
}
