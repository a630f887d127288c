import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";

const program = fileURLToPath(new URL("fixtures/reset-finishing.mjs", import.meta.url));

it("lets the process end after the reset of a connection whose FIN is on its way", async () => {
  const child = spawn(process.execPath, [program], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const patience = setTimeout(() => child.kill("SIGKILL"), 15_000);
  const [code, signal] = await once(child, "exit");
  clearTimeout(patience);
  expect([code, signal]).toEqual([0, null]);
});
