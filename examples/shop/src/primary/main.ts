import { openDatabase } from "./database.ts";
import { createPrimary } from "./server.ts";

/** As a small production primary: a few connections, a short queue, and then no more. */
const lane = { concurrent: 8, queueMax: 64, serviceMs: 20 } as const;

const database = await openDatabase(process.env.DATABASE_URL);
createPrimary(database, (process.env.LANES ?? "shop").split(","), lane).listen(
  Number(process.env.PORT ?? 4000),
  "127.0.0.1",
);
