import { conformance } from "./conformance.ts";
import { rateLimitIoredis, rateLimitNodeRedis } from "./libraries/rate-limit-redis.ts";

conformance(rateLimitIoredis);
conformance(rateLimitNodeRedis);
