import { describeCluster } from "./cluster-suite.ts";
import { nodeRedisCluster } from "./kinds.ts";

describeCluster(nodeRedisCluster);
