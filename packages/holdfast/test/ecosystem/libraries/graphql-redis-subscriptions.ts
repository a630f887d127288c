import { RedisPubSub } from "graphql-redis-subscriptions";
import { guardOf } from "../../../src/index.ts";
import { ioredis, ioredis5 } from "../clients.ts";
import type { Library } from "../conformance.ts";
import { fresh, within } from "../conformance.ts";

export const graphqlSubscriptions: Library = {
  name: "graphql-redis-subscriptions 2 with ioredis 6",
  open: (port) => subscribed(ioredis(port), ioredis(port)),
};

export const graphqlSubscriptionsIoredis5: Library = {
  name: "graphql-redis-subscriptions 2 with ioredis 5",
  open: (port) => subscribed(ioredis5(port), ioredis5(port)),
};

interface Client {
  ping(): Promise<unknown>;
  disconnect(): void;
}

/** One subscription from the start, which has to outlive every outage, and one a round. */
async function subscribed(publisher: Client, subscriber: Client) {
  const pubSub = new RedisPubSub({
    publisher: publisher as never,
    subscriber: subscriber as never,
  });
  const heard = new Map<string, () => void>();
  const kept = pubSub.subscribe("kept", (id: string) => heard.get(id)?.());
  let subscribedOnce = false;
  kept.then(
    () => {
      subscribedOnce = true;
    },
    () => {},
  );
  const hear = async (trigger: string) => {
    const id = fresh("message");
    const arrived = new Promise<void>((resolve) => heard.set(id, resolve));
    await pubSub.publish(trigger, id);
    await within(2_000, `the message on ${trigger}`, arrived).finally(() => heard.delete(id));
  };
  return {
    guard: guardOf(publisher),
    request: () => pubSub.publish("nobody", "m"),
    async works() {
      // Where Redis was not there, the library forgets the subscription, and its caller asks again.
      if (!subscribedOnce) await pubSub.subscribe("kept", (id: string) => heard.get(id)?.());
      subscribedOnce = true;
      await hear("kept");
      const trigger = fresh("trigger");
      const id = await pubSub.subscribe(trigger, (message: string) => heard.get(message)?.());
      await hear(trigger);
      // The library looks at no promise of `unsubscribe`: it has to be answered before the end.
      pubSub.unsubscribe(id);
      await subscriber.ping();
    },
    close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
