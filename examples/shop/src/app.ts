import express, { type Express } from "express";
import type { FindProduct } from "./product.ts";

/**
 * The API under drill. It is the same for every variant: whatever `findProduct` throws becomes
 * Express's own 500.
 */
export function createApp(findProduct: FindProduct): Express {
  const app = express();
  app.disable("x-powered-by");
  // No client of the drill sends If-None-Match: a hash of every body would be work for nobody.
  app.disable("etag");
  // Express logs the stack of every rejection outside of tests; an outage would flood the terminal.
  app.set("env", "test");
  app.get("/products/:id", async (request, response) => {
    const product = await findProduct(request.params.id);
    if (product === undefined) {
      response.status(404).json({ error: "no such product" });
    } else {
      response.json(product);
    }
  });
  return app;
}
