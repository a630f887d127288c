import { describe, it } from "vitest";
import { conformance, startsAlone } from "./conformance.ts";
import { bullmq5, bullmq6, bullmq6NodeRedis } from "./libraries/bullmq.ts";

const libraries = [bullmq5, bullmq6, bullmq6NodeRedis];

for (const library of libraries) conformance(library);

// It begins at the client's 'ready' event, and what it is refused then it takes for final.
describe.each(libraries)("$name", (library) => {
  it("starts without Redis, and works once it is there", () => startsAlone(library));
});
