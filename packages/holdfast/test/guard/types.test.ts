import { Redis as Ioredis6 } from "ioredis";
import { Redis as Ioredis5 } from "ioredis-5";
import { Redis as Iovalkey } from "iovalkey";
import { createClient } from "redis";
import { createClient as createClient5 } from "redis-5";
import { expect, expectTypeOf, it } from "vitest";
import { protect, recommendedOptions } from "../../src/index.ts";

it("keeps the client's own type, of whichever library and version it is", () => {
  const six = () => createClient({ modules: {}, RESP: 3 });
  const five = () => createClient5({ modules: {}, RESP: 2 });
  expectTypeOf(protect<ReturnType<typeof six>>).returns.toEqualTypeOf<ReturnType<typeof six>>();
  expectTypeOf(protect<ReturnType<typeof five>>).returns.toEqualTypeOf<ReturnType<typeof five>>();
  expectTypeOf(protect<Ioredis6>).returns.toEqualTypeOf<Ioredis6>();
  expectTypeOf(protect<Ioredis5>).returns.toEqualTypeOf<Ioredis5>();
  expectTypeOf(protect<Iovalkey>).returns.toEqualTypeOf<Iovalkey>();
});

it("gives options that both lines of a library take", () => {
  const options = recommendedOptions("node-redis", { url: "redis://127.0.0.1:1" });
  const clients = [createClient(options), createClient5(options)];
  expect(clients.map(({ isOpen }) => isOpen)).toEqual([false, false]);
  const ioredis = recommendedOptions("ioredis", { lazyConnect: true, port: 1 });
  const redises = [new Ioredis6(ioredis), new Ioredis5(ioredis), new Iovalkey(ioredis)];
  expect(redises.map(({ status }) => status)).toEqual(["wait", "wait", "wait"]);
});
