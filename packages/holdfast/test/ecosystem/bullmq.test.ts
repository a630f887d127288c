import { conformance } from "./conformance.ts";
import { bullmq5, bullmq6, bullmq6NodeRedis } from "./libraries/bullmq.ts";

conformance(bullmq5);
conformance(bullmq6);
conformance(bullmq6NodeRedis);
