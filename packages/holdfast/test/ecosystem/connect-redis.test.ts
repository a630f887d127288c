import { conformance } from "./conformance.ts";
import { connectRedis } from "./libraries/connect-redis.ts";

conformance(connectRedis);
