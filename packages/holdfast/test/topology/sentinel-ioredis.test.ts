import { ioredisSentinel } from "./kinds.ts";
import { describeSentinel } from "./sentinel-suite.ts";

describeSentinel(ioredisSentinel);
