import { describeCluster } from "./cluster-suite.ts";
import { ioredisCluster } from "./kinds.ts";

describeCluster(ioredisCluster);
