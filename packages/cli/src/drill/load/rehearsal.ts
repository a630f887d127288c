import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequester } from "./request.ts";

/** Enough for the engine to compile what every request runs. */
const requests = 600;
const atOnce = 20;

/**
 * Sends requests to a server of its own, so that the generator's code is compiled before the first
 * request that counts: else its own slow beginning would pass for the API's.
 */
export async function rehearse(): Promise<void> {
  const server = createServer((request, response) => {
    response.end(JSON.stringify({ id: request.url?.slice(1) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const requester = createRequester(`http://127.0.0.1:${port}/{id}`, { members: { id: "{id}" } });
  for (let sent = 0; sent < requests; sent += atOnce) {
    await Promise.all(
      Array.from({ length: atOnce }, (_, index) => requester.send(sent + index, 1_000)),
    );
  }
  requester.close();
  server.closeAllConnections();
  server.close();
}
