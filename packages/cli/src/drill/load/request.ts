import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { fill, judgeBody } from "./body.ts";
import type { Expectation } from "./plan.ts";
import type { Outcome } from "./sample.ts";

/** In characters. A longer body is not what the drill asked for. */
const bodyMax = 1024 * 1024;

/** Sends requests to one target. */
export interface Requester {
  /** Never rejects. Settles within `remainingMs`. */
  send(id: number, remainingMs: number): Promise<Outcome>;
  close(): void;
}

/**
 * Keeps connections alive as browsers and proxies do, and opens as many as there are requests in
 * flight: a request that hangs takes no connection from the next one.
 */
export function createRequester(url: string, expect: Expectation): Requester {
  const secure = url.startsWith("https:");
  const options = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY };
  const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
  const open = secure ? httpsRequest : httpRequest;

  const attempt = (id: number, remainingMs: number, first: boolean): Promise<Outcome> =>
    new Promise((resolve) => {
      const startedAt = performance.now();
      const request = open(fill(url, id), { agent });
      let answered = false;
      const timer = setTimeout(() => {
        finish("timeout");
        request.destroy();
      }, remainingMs);
      const finish = (outcome: Outcome | Promise<Outcome>): void => {
        clearTimeout(timer);
        answered = true;
        resolve(outcome);
      };
      request.on("response", (response) => {
        answered = true;
        readBody(response).then(
          (body) => finish(isSuccess(response) ? judgeBody(body, id, expect) : "status"),
          () => finish("connection"),
        );
      });
      request.on("error", () => {
        if (answered) return;
        // A kept connection that the server closed as idle, just as it was used again: every
        // browser and proxy opens a new one. A second failure is the API's.
        const leftMs = remainingMs - (performance.now() - startedAt);
        const again = first && request.reusedSocket && leftMs > 0;
        finish(again ? attempt(id, leftMs, false) : "connection");
      });
      request.end();
    });

  return {
    send: (id, remainingMs) => attempt(id, remainingMs, true),
    close: () => agent.destroy(),
  };
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** By events and not as an async iterator, which costs more than all the rest of a request. */
function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      body += chunk;
      if (body.length > bodyMax) response.destroy(new Error("the body is too long"));
    });
    response.on("end", () => resolve(body));
    response.on("error", reject);
    response.on("close", () => reject(new Error("the answer was cut short")));
  });
}
