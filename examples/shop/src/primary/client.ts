import { Agent, get } from "node:http";
import type { FindProduct, Product } from "../product.ts";

/** More connections than the lane has room for, so that it is the lane that refuses. */
const connectionsMax = 128;

/** Asks one lane of the primary. Rejects when the primary refuses or fails. */
export function primaryClient(laneUrl: string): FindProduct {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  return (id, signal) =>
    new Promise((resolve, reject) => {
      const url = `${laneUrl}/products/${encodeURIComponent(id)}`;
      get(url, { agent, ...(signal && { signal }) }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          if (response.statusCode === 404) resolve(undefined);
          else if (response.statusCode !== 200) {
            reject(new Error(`the primary answered ${response.statusCode}`));
          } else resolve(JSON.parse(Buffer.concat(chunks).toString()) as Product);
        });
      }).on("error", reject);
    });
}
