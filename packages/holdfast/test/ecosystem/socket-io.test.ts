import { conformance } from "./conformance.ts";
import { socketIoIoredis, socketIoNodeRedis } from "./libraries/socket-io.ts";

conformance(socketIoIoredis);
conformance(socketIoNodeRedis);
