import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { createRequester, type Requester } from "../../dist/drill/load/request.js";

const expectation = { members: { id: "{id}" } };

async function serve(listener: RequestListener): Promise<{ server: Server; requester: Requester }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const requester = createRequester(`http://127.0.0.1:${port}/{id}`, expectation);
  onTestFinished(() => {
    requester.close();
    server.closeAllConnections();
    server.close();
  });
  return { server, requester };
}

it("takes a right answer for one and every other for a failure", async () => {
  const { requester } = await serve((request, response) => {
    if (request.url === "/1") response.end('{"id":"1"}');
    if (request.url === "/2") response.writeHead(500).end('{"id":"2"}');
    if (request.url === "/3") response.end('{"id":"4"}');
    if (request.url === "/4") response.end("<html>");
    if (request.url === "/5") request.socket.resetAndDestroy();
    if (request.url === "/6") response.writeHead(200, { "content-length": "99" }).write("{");
    if (request.url === "/6") setTimeout(() => request.socket.destroy(), 20);
    if (request.url === "/7") response.writeHead(302, { location: "/1" }).end();
    if (request.url === "/9") response.end(`{"id":"9","more":"${"x".repeat(1_100_000)}"}`);
  });
  const outcomes = [];
  for (const id of [1, 2, 3, 4, 5, 6, 7, 9]) outcomes.push(await requester.send(id, 5_000));
  expect(outcomes).toEqual([
    ...["ok", "status", "crossed", "wrong", "connection", "connection", "status", "connection"],
  ]);
});

it("gives a request up at its deadline, before and within the answer", async () => {
  const { requester } = await serve((request, response) => {
    if (request.url === "/2") response.writeHead(200).write('{"id"');
  });
  const beganMs = performance.now();
  expect(await requester.send(1, 60)).toBe("timeout");
  expect(await requester.send(2, 60)).toBe("timeout");
  expect(performance.now() - beganMs).toBeLessThan(5_000);
});

it("says that nobody listens", async () => {
  const { server, requester } = await serve(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  expect(await requester.send(1, 5_000)).toBe("connection");
});

it("keeps connections, and a request that hangs holds no other up", async () => {
  const sockets = new Set();
  const { requester } = await serve((request, response) => {
    sockets.add(request.socket);
    if (request.url !== "/1") response.end(`{"id":"${request.url?.slice(1)}"}`);
  });
  const hanging = [1, 1, 1].map((id) => requester.send(id, 400));
  for (const id of [2, 3, 4]) expect(await requester.send(id, 5_000)).toBe("ok");
  expect(await Promise.all(hanging)).toEqual(["timeout", "timeout", "timeout"]);
  expect(sockets.size).toBe(4);
});

it("asks once more when a kept connection turns out to be closed, and only once", async () => {
  let connections = 0;
  let doomed = false;
  const { server, requester } = await serve((request, response) => {
    if (doomed) request.socket.resetAndDestroy();
    else response.end(`{"id":"${request.url?.slice(1)}"}`);
  });
  server.on("connection", () => {
    connections += 1;
    // A new connection is served again.
    if (connections === 2) doomed = false;
  });
  expect(await requester.send(1, 5_000)).toBe("ok");
  doomed = true;
  expect(await requester.send(2, 5_000)).toBe("ok");
  expect(connections).toBe(2);
  doomed = true;
  connections = 10;
  expect(await requester.send(3, 5_000)).toBe("connection");
  expect(connections).toBe(11);
});
