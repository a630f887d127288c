/* A process of its own for cost.mjs: its young generation is too large for measuring time. */
import { bytesPerCall } from "./measure.mjs";
import { healthy, parts } from "./subjects.mjs";

const bytes = { healthy: await bytesPerCall(healthy()), parts: await bytesPerCall(parts()) };
process.stdout.write(JSON.stringify(bytes), () => process.exit());
