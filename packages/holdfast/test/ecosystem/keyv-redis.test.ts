import { conformance } from "./conformance.ts";
import { keyvRedis } from "./libraries/keyv-redis.ts";

conformance(keyvRedis);
