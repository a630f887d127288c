import { expect, it } from "vitest";
import { adviceFor } from "./advice.ts";

it("names the options that work against the guard", () => {
  const socket = { tls: true, socketTimeout: 1_000 };
  const nodeRedis = adviceFor("node-redis", { options: { socket, commandsQueueMaxLength: 10 } });
  expect(nodeRedis.map((line) => line.split(":")[0])).toEqual([
    "socket.connectTimeout",
    "socket.socketTimeout",
    "commandsQueueMaxLength",
  ]);
  const options = { commandTimeout: 5, socketTimeout: 5, enableReadyCheck: false };
  expect(adviceFor("ioredis", { options }).map((line) => line.split(":")[0])).toEqual([
    "commandTimeout",
    "socketTimeout",
    "enableReadyCheck",
  ]);
});

it("has nothing to say about a client at its defaults", () => {
  expect(adviceFor("node-redis", { options: { socket: {} } })).toEqual([]);
  expect(adviceFor("ioredis", { options: { enableReadyCheck: true } })).toEqual([]);
  expect(adviceFor("ioredis", {})).toEqual([]);
});
