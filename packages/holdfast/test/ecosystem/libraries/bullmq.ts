import assert from "node:assert/strict";
import * as six from "bullmq";
import * as five from "bullmq-5";
import { guardOf } from "../../../src/index.ts";
import { ioredis, ioredis5, nodeRedis } from "../clients.ts";
import type { Library, Subject } from "../conformance.ts";
import { fresh, within } from "../conformance.ts";

export const bullmq5: Library = {
  name: "BullMQ 5 with ioredis 5",
  boot: "waits",
  async open(port) {
    const client = ioredis5(port);
    return queued(five as unknown as typeof six, client, () => client.disconnect());
  },
};

export const bullmq6: Library = {
  name: "BullMQ 6 with ioredis 6",
  boot: "waits",
  async open(port) {
    const client = ioredis(port);
    return queued(six, client, () => client.disconnect());
  },
};

export const bullmq6NodeRedis: Library = {
  name: "BullMQ 6 with node-redis",
  boot: "waits",
  async open(port) {
    // On node-redis each part of BullMQ begins with some 50 commands at once.
    const client = await nodeRedis(port, { maxQueue: 1_000 });
    return queued(six, client, () => client.destroy());
  },
};

const jobBoundMs = 5_000;

/** A queue, a worker, a flow and a repeated job, on one client and the duplicates that BullMQ makes. */
function queued(bullmq: typeof six, client: object, end: () => void): Subject {
  const connection = client as never;
  const name = "work";
  const done = new Map<string, () => void>();
  const worker = new bullmq.Worker(
    name,
    async (job) => {
      done.get(job.name)?.();
      return job.name;
    },
    // Without it a worker rests for 15 s after an error, whenever Redis is back.
    { connection, runRetryDelay: 500 },
  );
  const queue = new bullmq.Queue(name, { connection });
  let flows = new bullmq.FlowProducer({ connection });
  const parts: { close(): Promise<unknown> }[] = [worker, queue, flows];
  worker.on("error", () => {});
  queue.on("error", () => {});
  flows.on("error", () => {});
  const processed = (jobName: string) =>
    within(
      jobBoundMs,
      `the job ${jobName}`,
      new Promise<void>((resolve) => done.set(jobName, resolve)),
    ).finally(() => done.delete(jobName));
  return {
    guard: guardOf(client),
    request: () => queue.add("request", {}, { removeOnComplete: true }),
    async works() {
      const [single, parent, child] = [fresh("single"), fresh("parent"), fresh("child")];
      const all = Promise.all([single, parent, child].map(processed));
      all.catch(() => {});
      await queue.add(single, {});
      const flow = { name: parent, queueName: name, children: [{ name: child, queueName: name }] };
      await flows.add(flow).catch(async (error: unknown) => {
        if (!isNoScript(error)) throw error;
        flows = new bullmq.FlowProducer({ connection });
        flows.on("error", () => {});
        parts.push(flows);
        await flows.add(flow);
      });
      await all;
      const repeated = fresh("repeated");
      const twice = processed(repeated).then(() => processed(repeated));
      twice.catch(() => {});
      await queue.upsertJobScheduler(repeated, { every: 100 }, { name: repeated });
      await twice;
      assert.equal(await queue.removeJobScheduler(repeated), true);
    },
    async close() {
      await Promise.allSettled(parts.map((part) => part.close()));
      end();
    },
  };
}

/** On node-redis a flow's scripts are loaded when its producer is made, and never again. */
function isNoScript(error: unknown): boolean {
  const replies = (error as { replies?: readonly unknown[] }).replies ?? [];
  return replies.some((reply) => reply instanceof Error && reply.message.startsWith("NOSCRIPT"));
}
