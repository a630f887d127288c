import { CONNECT_TIMEOUT_MS, SAMPLE_MS } from "./server/index.ts";

/** What `holdfast doctor --help` prints. */
export const doctorHelp: string = `Usage: holdfast doctor [--log FILE]… [--redis URL] [--pcap FILE]… [--app-config FILE]… [options]

Says why a Redis connection failed, for clients in any language: one cause with evidence and
what to do, from whatever you have. Start with a log; each further source makes it surer.

What is looked at
  --log FILE           a log of clients, redis-server, Sentinel or the kernel: plain, JSON, logfmt,
                       Docker, Kubernetes, journald, gzip; a pattern; - for standard input
  --redis URL          the live server: redis://, rediss://, unix://, redis-sentinel://HOST/NAME.
                       Reads only, and never KEYS or MONITOR
  --pcap FILE          a capture (holdfast capture makes one); two, to compare both ends
  --app-config FILE    the client's options as JSON, or JavaScript, TypeScript or Python source
                       that creates a client
  All but --redis may be given more than once.

How it is told
  --json               everything as JSON
  --html FILE          a page with plots that needs nothing else
  --verbose, -v        also what is well and all evidence
  --fail-on LEVEL      exit 1 from: warn, critical (critical)

How the server is looked at
  --sample MS          between two looks at its counters (${SAMPLE_MS})
  --timeout MS         for each connection and command (${CONNECT_TIMEOUT_MS})
  --enable-slowlog MS  turn its slow log on, and leave it on: the only thing ever changed
  --ca, --cert, --key FILE   for TLS, PEM
  --limit NAME=NUMBER  a check's threshold; holdfast checks lists them. Repeatable
  --port N             in captures: where Redis listens (6379). Repeatable

Exit codes: 0 nothing at the level of --fail-on, 1 a finding or a cause, 2 wrong use, 3 something
that was named cannot be reached or read (the report is given all the same).
`;
