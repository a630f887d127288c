import type { Symptom } from "../symptom.ts";

export const crossslot: Symptom<"crossslot"> = {
  id: "crossslot",
  title: "Keys of one command in several slots",
  group: "application",
  meaning:
    "A command, transaction or script names keys that a cluster keeps in different hash slots, which it does not allow. This is an error of the application; Redis is well.",
  effect: "That command fails every time in a cluster, though it works on a single server.",
  outcome: "refused",
  retryable: false,
  countsAsFailure: false,
  causes: [
    "Code written for a single server moved to a cluster.",
    "The keys lack a common hash tag.",
  ],
  confirm: [{ run: "redis-cli CLUSTER KEYSLOT KEY", tells: "the slot of each of the keys" }],
  fixes: [
    "Put a common hash tag into keys that are used together: {user:1}:name, {user:1}:cart.",
    "Split the command into one for each slot.",
  ],
  wordings: [
    { by: "reply", text: "CROSSSLOT Keys in request don't hash to the same slot", role: "cause" },
    { text: "don't hash to the same slot", role: "cause" },
    { text: "CROSSSLOT", role: "cause" },
    { text: "Cross-slot queries are not supported", role: "cause" },
    {
      by: "stackexchange-redis",
      text: "Multi-key operations must involve a single slot",
      outcome: "not-sent",
      role: "cause",
    },
    {
      by: "jedis",
      text: "Cannot get connection for command with multiple hash slots",
      outcome: "not-sent",
      role: "cause",
    },
    {
      by: "jedis",
      text: "No way to dispatch this command to Redis Cluster",
      outcome: "not-sent",
      role: "cause",
    },
    {
      by: "go-redis",
      text: "requires all keys to be in the same slot",
      outcome: "not-sent",
      role: "cause",
    },
    {
      by: "ioredis",
      text: "All the keys in a pipeline command should belong to the same slot",
      outcome: "not-sent",
      role: "cause",
    },
    {
      by: "ioredis",
      text: "All keys in the pipeline should belong to the same slots allocation group",
      outcome: "not-sent",
      role: "cause",
    },
    { text: "keys must map to the same slot", role: "cause" },
    {
      by: "redis-py",
      text: "all keys must map to the same key slot",
      outcome: "not-sent",
      role: "cause",
    },
    {
      by: "predis",
      text: "Cannot use {command} over clusters",
      outcome: "not-sent",
      role: "cause",
    },
  ],
  replies: ["CROSSSLOT"],
  faults: ["clusterdown"],
  sources: ["https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags"],
};
