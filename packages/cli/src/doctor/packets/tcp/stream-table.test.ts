import { expect, it } from "vitest";
import { Segment } from "../wire/segment.ts";
import { Stream } from "./stream.ts";
import { StreamTable } from "./stream-table.ts";

function segmentOf(port: number, time: number, isReply = false): Segment {
  const segment = new Segment();
  segment.source3 = isReply ? 2 : 1;
  segment.target3 = isReply ? 1 : 2;
  segment.sourcePort = isReply ? 6379 : port;
  segment.targetPort = isReply ? port : 6379;
  segment.time = time;
  segment.flags = 16;
  return segment;
}

it("finds a stream from either side, and never follows more than its bound", () => {
  const left: number[] = [];
  const table = new StreamTable<Stream>(
    (segment) => new Stream(segment),
    ({ herePort }) => left.push(herePort),
    8,
  );
  for (let port = 1; port <= 9; port++) {
    const stream = table.find(segmentOf(port, port));
    expect(table.find(segmentOf(port, port, true))).toBe(stream);
    expect(table.isFromHere).toBe(false);
  }
  // The quarter that was silent for longest made room for the ninth.
  expect(left).toEqual([1, 2]);
  table.clear();
  expect(left).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
