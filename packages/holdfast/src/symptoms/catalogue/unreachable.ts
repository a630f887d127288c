import type { Symptom } from "../symptom.ts";

export const unreachable: Symptom<"unreachable"> = {
  id: "unreachable",
  title: "No route to the host",
  group: "connecting",
  meaning:
    "This machine, or a router on the way, knows no way to the server's address. The name resolved; the packets do not arrive.",
  effect:
    "Connecting fails within seconds. Seen on an open connection it ends that connection, and commands in flight are lost with an unknown outcome.",
  outcome: "not-sent",
  retryable: true,
  countsAsFailure: true,
  causes: [
    "The host is down, or its address moved to another machine.",
    "A route, VPN, peering or security group is missing.",
    "A firewall rejects with an ICMP message.",
    "The address is of a family (IPv6) that has no route here.",
  ],
  confirm: [
    { run: "ip route get ADDRESS", tells: "which way, if any, this machine would take" },
    { run: "tracepath ADDRESS", tells: "where on the way it ends" },
    { run: "tcpdump -ni any 'icmp or icmp6'", tells: "who answers that it is unreachable" },
  ],
  fixes: [
    "Bring the host back, or point the client to where the service is now.",
    "Add the route, peering or firewall rule.",
    "Restrict the client to the address family that works.",
  ],
  wordings: [
    // An IPv6 address of this link without its zone.
    { text: "Errno::EINVAL", generic: true, during: "connect" },
    { by: "lettuce", text: "Cannot reconnect to [{host}]: No route to host" },
    { by: "redis-py", text: "Error {n} connecting to {host}:{port}. No route to host" },
  ],
  system: [
    {
      symbol: "EHOSTUNREACH",
      numbers: [113, 65, 10065],
      texts: [
        "no route to host",
        "noroutetohost",
        "host is unreachable",
        "unreachable host",
        "host unreachable",
      ],
      during: "both",
    },
    {
      symbol: "ENETUNREACH",
      numbers: [101, 51, 10051],
      texts: ["network is unreachable", "unreachable network", "network unreachable"],
      during: "both",
    },
    { symbol: "EHOSTDOWN", numbers: [112, 10064], texts: ["host is down"], during: "both" },
    { symbol: "ENETDOWN", numbers: [10050], texts: ["network is down"], during: "both" },
  ],
  faults: [],
  sources: ["https://man7.org/linux/man-pages/man2/connect.2.html"],
};
