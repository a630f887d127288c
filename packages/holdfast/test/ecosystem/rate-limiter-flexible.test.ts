import { conformance } from "./conformance.ts";
import { flexibleIoredis, flexibleNodeRedis } from "./libraries/rate-limiter-flexible.ts";

conformance(flexibleIoredis);
conformance(flexibleNodeRedis);
