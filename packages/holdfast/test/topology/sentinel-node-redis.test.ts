import { nodeRedisSentinel } from "./kinds.ts";
import { describeSentinel } from "./sentinel-suite.ts";

describeSentinel(nodeRedisSentinel);
