import { expect, it } from "vitest";
import { GuardListeners } from "./events.ts";

it("tells every listener, and none that was taken out", () => {
  const listeners = new GuardListeners(() => {});
  const heard: string[] = [];
  const stop = listeners.on("connect", ({ node }) => heard.push(`first ${node}`));
  listeners.on("connect", ({ node }) => heard.push(`second ${node}`));
  listeners.emit("connect", { node: "a" });
  stop();
  listeners.emit("connect", { node: "b" });
  expect(heard).toEqual(["first a", "second a", "second b"]);
  expect(listeners.has("gap")).toBe(false);
});

it("lets no listener keep the others from hearing, or the guard from working", () => {
  const warnings: unknown[] = [];
  const listeners = new GuardListeners((event, error) => warnings.push(event, error));
  const broken = new Error("broken");
  const heard: string[] = [];
  listeners.on("connect", () => {
    throw broken;
  });
  listeners.on("connect", ({ node }) => heard.push(node));
  listeners.emit("connect", { node: "a" });
  expect(heard).toEqual(["a"]);
  expect(warnings).toEqual(["connect", broken]);
});
