import { createServer, type Server, type ServerResponse } from "node:http";
import type { Database } from "./database.ts";
import { Lane, LaneFullError, type LaneOptions } from "./lane.ts";

/**
 * The primary over HTTP: `GET /lanes/<name>/products/<id>`, `GET /lanes` for what each lane has
 * seen, `POST /lanes/reset` to begin to count anew.
 */
export function createPrimary(
  database: Database,
  names: readonly string[],
  options: LaneOptions,
): Server {
  const lanes = new Map(names.map((name) => [name, new Lane(options)]));

  const answer = async (method: string, url: string): Promise<[status: number, body: unknown]> => {
    if (method === "GET" && url === "/lanes") {
      return [200, Object.fromEntries([...lanes].map(([name, lane]) => [name, lane.stats()]))];
    }
    if (method === "POST" && url === "/lanes/reset") {
      for (const lane of lanes.values()) lane.reset();
      return [200, {}];
    }
    const [, laneName = "", id = ""] = /^\/lanes\/([\w-]+)\/products\/(\d+)$/.exec(url) ?? [];
    const lane = lanes.get(laneName);
    if (method !== "GET" || lane === undefined) return [404, { error: "no such lane" }];
    try {
      const product = await lane.run(() => database.find(id));
      return product === undefined ? [404, { error: "no such product" }] : [200, product];
    } catch (error) {
      if (error instanceof LaneFullError) return [503, { error: error.message }];
      return [500, { error: "the database failed" }];
    }
  };

  return createServer((request, response) => {
    void answer(request.method ?? "", request.url ?? "").then(([status, body]) =>
      send(response, status, body),
    );
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
