import { Histogram } from "./measure/histogram.ts";
import { Timeline } from "./measure/timeline.ts";
import { commandKinds } from "./resp/commands.ts";
import { type Mark, marks } from "./tcp/marks.ts";

/** One command's replies. */
export interface CommandTotals {
  readonly latencies: Histogram;
  errors: number;
}

/** Counts over all captures. */
export class Totals {
  packets = 0;
  tcpPackets = 0;
  streams = 0;
  resets = 0;
  requests = 0;
  replies = 0;
  unansweredRequests = 0;
  pushes = 0;
  gaps = 0;
  tlsStreams = 0;
  lastTime = 0;
  readonly timeline: Timeline = new Timeline();
  readonly errorReplies: Map<string, number> = new Map<string, number>();
  readonly tlsAlerts: Map<string, number> = new Map<string, number>();
  /** Only replies that were waited for on purpose are left out. */
  readonly latencies: Histogram = new Histogram();
  readonly byCommand: (CommandTotals | undefined)[] = new Array(commandKinds.length);
  readonly #marks: Record<Mark, number> = Object.fromEntries(
    Object.keys(marks).map((mark) => [mark, 0]),
  ) as Record<Mark, number>;

  mark(found: number): void {
    for (const mark in marks) {
      if ((found & marks[mark as Mark]) !== 0) this.#marks[mark as Mark]++;
    }
  }

  marked(mark: Mark): number {
    return this.#marks[mark];
  }

  command(id: number): CommandTotals {
    let known = this.byCommand[id];
    if (known === undefined) {
      known = { latencies: new Histogram(), errors: 0 };
      this.byCommand[id] = known;
    }
    return known;
  }
}

export function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
