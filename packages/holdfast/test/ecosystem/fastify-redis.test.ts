import { conformance } from "./conformance.ts";
import { fastifyWithRedis } from "./libraries/fastify-redis.ts";

conformance(fastifyWithRedis);
