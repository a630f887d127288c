import { expect, it } from "vitest";
import { Lane, LaneFullError } from "./lane.ts";

it("runs as many queries as it has connections, queues some and refuses the rest", async () => {
  const lane = new Lane({ concurrent: 2, queueMax: 3, serviceMs: 0 });
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let running = 0;
  let most = 0;
  const query = async (): Promise<string> => {
    running += 1;
    most = Math.max(most, running);
    await gate;
    running -= 1;
    return "row";
  };
  const accepted = Array.from({ length: 5 }, () => lane.run(query));
  await expect(lane.run(query)).rejects.toBeInstanceOf(LaneFullError);
  release();
  await expect(Promise.all(accepted)).resolves.toEqual(Array(5).fill("row"));
  expect(most).toBe(2);
  expect(lane.stats()).toEqual({ limit: 5, peak: 5, refused: 1, served: 5 });
});

it("counts anew after a reset and frees the slot of a query that fails", async () => {
  const lane = new Lane({ concurrent: 1, queueMax: 0, serviceMs: 0 });
  await expect(lane.run(() => Promise.reject(new Error("no table")))).rejects.toThrow("no table");
  lane.reset();
  await expect(lane.run(() => Promise.resolve(1))).resolves.toBe(1);
  expect(lane.stats()).toEqual({ limit: 1, peak: 1, refused: 0, served: 1 });
});
