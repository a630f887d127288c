import { spawn } from "node:child_process";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const program = fileURLToPath(new URL("../fixtures/api.mjs", import.meta.url));

/** The fixture API as a user would run it: not started by the drill. */
export class ApiProcess {
  readonly url: string;
  readonly #port: number;

  constructor(port: number, redisPort: number, mode = "steady") {
    this.url = `http://127.0.0.1:${port}/products/{id}`;
    this.#port = port;
    const child = spawn(process.execPath, [program, mode], {
      env: { ...process.env, PORT: String(port), REDIS_URL: `redis://127.0.0.1:${redisPort}` },
      stdio: "ignore",
      detached: true,
    });
    // Its group: what it has started ends with it.
    onTestFinished(() => void (child.pid !== undefined && process.kill(-child.pid, "SIGKILL")));
  }

  async listening(): Promise<void> {
    while (!(await this.#accepts())) await sleep(20);
  }

  #accepts(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, "127.0.0.1");
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
  }
}
