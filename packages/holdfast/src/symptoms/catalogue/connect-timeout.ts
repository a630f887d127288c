import type { Symptom } from "../symptom.ts";
import { endOfClause, timeouts } from "./refinements.ts";

export const connectTimeout: Symptom<"connect-timeout"> = {
  id: "connect-timeout",
  title: "No answer to the connection attempt",
  group: "connecting",
  meaning:
    "The attempt to connect got no answer in time: packets are dropped on the way, or the host is too busy to accept. Nothing was sent.",
  effect:
    "Each attempt takes the whole connect timeout, often 10 seconds and up to minutes with the system's default, and requests wait with it.",
  outcome: "not-sent",
  retryable: true,
  countsAsFailure: true,
  causes: [
    "A firewall, security group or network policy drops the packets.",
    "The host is down or its address is stale, and nobody answers in its place.",
    "The server's listen backlog is full, or its process is frozen before the handshake.",
    "The client's own event loop is blocked, so that its timer fires before the answer is read.",
  ],
  confirm: [
    { run: "nc -vz -w 3 HOST PORT", tells: "whether a connection can be made at all" },
    {
      run: "tcpdump -ni any 'tcp port 6379 and tcp[tcpflags] & tcp-syn != 0'",
      tells: "whether SYNs leave and whether anything comes back",
    },
    {
      run: "nstat -az TcpExtListenOverflows",
      tells: "on the server: whether the backlog overflows",
    },
  ],
  fixes: [
    "Open the way: firewall, security group, network policy.",
    "Set a connect timeout of a second or less, with paced retries.",
    "Raise tcp-backlog together with net.core.somaxconn, and limit connection storms.",
  ],
  wordings: [
    {
      by: "redis-py",
      text: "Timeout connecting to server",
      role: "cause",
      excludes: ["command-timeout"],
    },
    { by: "redis-py", text: "Error 110 connecting to {host}:{port}. Connection timed out" },
    { by: "node-redis", text: "ConnectionTimeoutError: Connection timeout", role: "cause" },
    { by: "node-redis", text: "ConnectionTimeoutError", generic: true, role: "cause" },
    {
      by: "node-redis",
      text: "Connection timeout",
      generic: true,
      outcome: "not-sent",
      refine: /^connection timeout(?! exceeded)/,
    },
    { by: "jedis", text: "connect timed out", generic: true, role: "cause" },
    { by: "lettuce", text: "ConnectTimeoutException", generic: true, role: "cause" },
    {
      by: "lettuce",
      text: "Connection initialization timed out after {n}",
      role: "cause",
      excludes: ["command-timeout"],
    },
    {
      by: "lettuce",
      text: "Unable to connect to [{uri}]: Timeout after {n}",
      generic: true,
      role: "cause",
    },
    { by: "stackexchange-redis", text: "to the redis server(s). ConnectTimeout", role: "cause" },
    {
      by: "redis-rb",
      text: "Error connecting to Redis on {host}:{port} (Redis::TimeoutError)",
      role: "cause",
      excludes: ["command-timeout"],
    },
    {
      by: "redis-rb",
      text: "Error connecting to Redis on {host}:{port} (Errno::ETIMEDOUT)",
      role: "cause",
    },
    { by: "valkey-glide", text: "connection attempt timed out", role: "cause" },
    {
      by: "valkey-glide",
      text: "Received error for address `{host}:{port}`: timed out",
      role: "cause",
    },
    { by: "redis-server", text: "Timeout connecting to the MASTER" },
    { text: "connection error: timeout", generic: true },
    { by: "lettuce", text: "Reconnection attempt exceeded timeout", role: "cause" },
    { text: "server timeout", generic: true, during: "connect" },
    { text: "operation timed out", generic: true, during: "connect" },
    { text: ": timeout", generic: true, refine: endOfClause, during: "connect" },
    { text: ". timeout", generic: true, refine: endOfClause, during: "connect" },
    { text: ":timeout", generic: true, refine: endOfClause, during: "connect" },
    ...timeouts.map((text) => ({ text, generic: true, during: "connect" }) as const),
    { text: "timeout while", generic: true, during: "connect" },
    {
      text: "connect to {host} timeout",
      generic: true,
      refine: /^connect to (?:[^ \n]{1,100}|\S{1,100}[^\n]{1,120}\)) ?timeout\b/,
    },
    {
      text: "connect timeout",
      generic: true,
      refine: /^connect timeout(?!["']?\s?[=:]\s?["']?\d)/,
    },
    // A health check that got no further than the transport.
    { text: "layer4 timeout", generic: true },
    { text: "i/o timeout", generic: true, during: "connect" },
    // As a key of a configuration it is followed by its value.
    {
      text: "connecttimeout",
      generic: true,
      role: "cause",
      refine: /^connecttimeout(?!["']?\s?[=:]\s?["']?\d| value)/,
    },
    { by: "go-redis", text: "dial tcp {address}: i/o timeout", generic: true, role: "cause" },
  ],
  classes: { ConnectionTimeoutError: "not-sent" },
  system: [
    {
      symbol: "ETIMEDOUT",
      numbers: [110, 60, 10060, 4039],
      texts: [
        "connection timed out",
        "connection attempt failed because the connected party did not properly respond",
        "connection to server timed out",
      ],
      during: "connect",
    },
  ],
  faults: ["freeze", "blackhole"],
  sources: ["https://man7.org/linux/man-pages/man7/tcp.7.html"],
};
