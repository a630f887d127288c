import type { Fault } from "./faults/fault.ts";
import { faults, furtherFaults } from "./faults/index.ts";
import { drillDefaults } from "./options.ts";

/** What `holdfast drill --help` prints. */
export function drillHelp(): string {
  return `Usage: holdfast drill --variants FILE [options]
       holdfast drill --target URL… [--redis HOST:PORT] [--listen PORT] [options]

Breaks Redis under a real API while visitors keep coming, and says what they saw.

What is drilled
  --variants FILE      the ways of using Redis to compare; the drill starts each with a
                       redis-server of its own. FILE: docs/drill.md
  --target URL         an API of yours that runs; {id} stands for 1 to 2000. Repeatable
  --redis HOST:PORT    with --target: your Redis (${drillDefaults.redis})
  --listen PORT        with --target: where your API must find Redis, so that the drill
                       can break the connection (${drillDefaults.listen})
  --allow-remote       with --target: drill another machine too

How
  --faults ID,…|all    which faults, by the names below (all)
  --quick              short phases, all faults within a minute
  --client NAME        node-redis or ioredis, told to the variants (${drillDefaults.client})
  --rate N             requests per second for each variant or target (${drillDefaults.rate})
  --seed N             the same visitors again (random)

What it leaves
  --html FILE          the report (${drillDefaults.html})
  --json FILE          all numbers
  --junit FILE         for a CI that reads JUnit

Faults of a drill (all)
${listed(faults)}

Further faults, injected when they are named
${listed(furtherFaults)}

Exit codes: 0 passed, 1 not passed, 2 wrong use, 3 something cannot be reached, 130 interrupted.
`;
}

function listed(group: readonly Fault[]): string {
  const width = Math.max(...[...faults, ...furtherFaults].map(({ id }) => id.length));
  return group.map(({ id, title }) => `  ${id.padEnd(width)}  ${title}`).join("\n");
}
