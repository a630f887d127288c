import type { Examined } from "../diagnosis.ts";

/** Every source with its most telling figures, a line each. */
export function lookedAt({ logs, server, packets, settings }: Examined): string[] {
  return [
    ...(logs?.logs.files ?? []).map(
      ({ path, format, lines, failures, notes }) =>
        `${path}: ${plural(lines, "line")} of ${format}, ${plural(failures, "failure")}${notes.map((note) => `; ${note}`).join("")}`,
    ),
    ...(server === undefined
      ? []
      : [
          [
            server.server.target,
            ...(server.server.version === undefined ? [] : [`Redis ${server.server.version}`]),
            ...(server.server.role === undefined ? [] : [server.server.role]),
            ...(server.server.pingMs === undefined
              ? []
              : [
                  `PING p50 ${server.server.pingMs.p50.toFixed(2)} ms, p99 ${server.server.pingMs.p99.toFixed(2)} ms`,
                ]),
            ...(server.reached ? [] : ["not reached"]),
          ].join(", "),
        ]),
    ...(packets?.pcap.files ?? []).map(
      ({ file, packets: count, format, notes }) =>
        `${file}: ${plural(count, "packet")} of ${format}${notes.map((note) => `; ${note}`).join("")}`,
    ),
    ...(settings?.settings.files ?? []).map(
      ({ path, clients }) => `${path}: ${plural(clients, "client")} found`,
    ),
  ];
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}
