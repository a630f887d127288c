import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { expect, vi } from "vitest";

const works = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args).status === 0;

/** Network namespaces, packet filters and captures need root and these programs. */
export const canBreakNetworks: boolean =
  process.getuid?.() === 0 &&
  works("nft", "--version") &&
  works("tcpdump", "--version") &&
  works("redis-server", "--version") &&
  works("ip", "netns", "list");

const port = 6379;
const serverAddress = "10.213.7.2";

/** Two hosts on one cable: real kernels' TCP between them, and nobody else on the network. */
export class TestNetwork {
  readonly #client = `hf-client-${process.pid}`;
  readonly #server = `hf-server-${process.pid}`;
  readonly #children = new Set<ChildProcess>();

  constructor() {
    const suffix = process.pid;
    const ends = [`hfc${suffix}`, `hfs${suffix}`] as const;
    run("ip", "netns", "add", this.#client);
    run("ip", "netns", "add", this.#server);
    run("ip", "link", "add", ends[0], "type", "veth", "peer", "name", ends[1]);
    for (const [end, space, address] of [
      [ends[0], this.#client, "10.213.7.1/24"],
      [ends[1], this.#server, `${serverAddress}/24`],
    ] as const) {
      run("ip", "link", "set", end, "netns", space);
      run("ip", "-n", space, "link", "set", end, "name", "cable");
      run("ip", "-n", space, "addr", "add", address, "dev", "cable");
      run("ip", "-n", space, "link", "set", "cable", "up");
      run("ip", "-n", space, "link", "set", "lo", "up");
    }
  }

  async startRedis(...options: string[]): Promise<ChildProcess> {
    const args = ["--port", String(port), "--bind", serverAddress, "--save", ""];
    const server = this.#spawn(this.#server, "redis-server", [
      ...args,
      "--protected-mode",
      "no",
      ...options,
    ]);
    await vi.waitFor(() => this.ask("PING"), { timeout: 20_000, interval: 50 });
    return server;
  }

  /** Sends one command from the client's host with redis-cli and waits for its reply. */
  ask(...words: string[]): string {
    const args = ["netns", "exec", this.#client, "redis-cli", "-h", serverAddress, ...words];
    const { stdout, status } = spawnSync("ip", args, { encoding: "utf8", timeout: 10_000 });
    if (status !== 0) throw new Error(`redis-cli ${words.join(" ")}: no reply`);
    return stdout;
  }

  /** Runs a Node.js program on the client's host; `HOST` and `PORT` are Redis's. */
  runClient(program: string): ChildProcess {
    return this.#spawn(this.#client, process.execPath, ["-e", program]);
  }

  /** Drops what comes for Redis: all of it, or so many of a thousand packets. */
  drop(perThousand?: number): void {
    const filter = (...words: string[]): void =>
      run("ip", "netns", "exec", this.#server, "nft", words.join(" "));
    filter("add table inet break");
    filter("add chain inet break input { type filter hook input priority 0; }");
    const share = perThousand === undefined ? "" : `numgen random mod 1000 < ${perThousand}`;
    filter(`add rule inet break input tcp dport ${port} ${share} drop`);
  }

  /** Records on the client's host until the returned function is called. */
  async capture(file: string): Promise<() => Promise<void>> {
    const args = ["-n", "-U", "--immediate-mode", "-i", "cable", "-w", file, "tcp"];
    const recorder = this.#spawn(this.#client, "tcpdump", args);
    let said = "";
    recorder.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await vi.waitFor(() => expect(said).toContain("listening on"), { timeout: 20_000 });
    return async () => {
      await pause(300);
      await end(recorder, "SIGINT");
    };
  }

  async close(): Promise<void> {
    for (const child of this.#children) await end(child, "SIGKILL");
    run("ip", "netns", "del", this.#client);
    run("ip", "netns", "del", this.#server);
  }

  #spawn(space: string, program: string, args: readonly string[]): ChildProcess {
    const environment = { ...process.env, HOST: serverAddress, PORT: String(port) };
    // `ip netns exec` becomes the program: its process id is the program's.
    const child = spawn("ip", ["netns", "exec", space, program, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      env: environment,
    });
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    return child;
  }
}

/** Ends a process and waits until it is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
}
