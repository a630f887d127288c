import { describe, expect, it } from "vitest";
import { parseClients } from "./clients.ts";
import { parseNodes } from "./cluster.ts";
import { parseCounters } from "./host/counters.ts";
import { parseKills } from "./host/oom-kills.ts";
import { parseState } from "./host/processes.ts";
import { parseSockets } from "./host/sockets.ts";
import { parseInfo } from "./info.ts";

it("reads INFO whatever its line ends", () => {
  expect(parseInfo("# Server\r\nredis_version:7.0.15\r\nexecutable:/a:b\r\n\r\nx:1\n")).toEqual({
    redis_version: "7.0.15",
    executable: "/a:b",
    x: "1",
  });
});

it("reads CLIENT LIST, also of a version with other fields", () => {
  const text =
    "id=4 addr=127.0.0.1:33798 laddr=127.0.0.1:1 fd=8 name=api age=7 idle=3 flags=N db=0 obl=1 omem=20 cmd=client|list user=app lib-name=redis-py\nid=5 addr=[::1]:9 flags=b\n\n";
  expect(parseClients(text)).toMatchObject([
    {
      id: "4",
      address: "127.0.0.1:33798",
      name: "api",
      library: "redis-py",
      user: "app",
      ageSeconds: 7,
      idleSeconds: 3,
      outputBytes: 21,
    },
    { id: "5", address: "[::1]:9", name: "", idleSeconds: 0, flags: "b" },
  ]);
});

it("reads CLUSTER NODES: replicas, open slots, hostnames, IPv6", () => {
  const text = [
    "aa 10.0.0.1:7000@17000,host myself,master - 0 0 1 connected 0-99 200 [93->-bb]",
    "bb ::1:7001@17001 slave,fail? aa 0 1 1 disconnected",
    "",
  ].join("\n");
  expect(parseNodes(text)).toMatchObject([
    {
      id: "aa",
      address: { host: "10.0.0.1", port: 7000 },
      slots: 101,
      openSlots: 1,
      linkUp: true,
      primaryId: undefined,
    },
    {
      id: "bb",
      address: { host: "::1", port: 7001 },
      flags: ["slave", "fail?"],
      primaryId: "aa",
      linkUp: false,
      slots: 0,
    },
  ]);
});

describe("/proc", () => {
  const heading =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

  it("reads sockets of IPv4 and IPv6, their queues and retransmissions", () => {
    const four =
      "   1: 0100007F:1F90 0200A8C0:18EB 01 00000005:00000007 01:00000014 00000004     0        0 1146 1 0 100 0 0 10 0\n";
    const six =
      "   2: 00000000000000000000000001000000:18EB 0000000000000000FFFF00000100007F:0001 0A 0:3 00:0 0     0        0 9 1 0\n";
    expect(parseSockets(heading + four + six)).toEqual([
      {
        localHost: "127.0.0.1",
        localPort: 8080,
        remoteHost: "192.168.0.2",
        remotePort: 6379,
        state: "established",
        sendQueue: 5,
        receiveQueue: 7,
        retransmits: 4,
        inode: 1146,
      },
      {
        localHost: "::1",
        localPort: 6379,
        remoteHost: "127.0.0.1",
        remotePort: 1,
        state: "listen",
        sendQueue: 0,
        receiveQueue: 3,
        retransmits: 0,
        inode: 9,
      },
    ]);
  });

  it("reads the counters that it knows from pairs of lines", () => {
    const text =
      "TcpExt: SyncookiesSent ListenOverflows\nTcpExt: 3 42\nIpExt: ListenOverflows\nIpExt: 7\n";
    expect(parseCounters(text)).toEqual({ ListenOverflows: 42 });
  });

  it("reads a process whose name has brackets and spaces", () => {
    const text = "12 (a) b (c) T 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20";
    expect(parseState(text)).toEqual({ name: "a) b (c", state: "T", cpuMs: 2_000 });
    expect(parseState("")).toBeUndefined();
  });

  it("takes from the kernel's log what was done to a Redis, and when", () => {
    const log = [
      "2026-11-25T12:00:00,000000+00:00 oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/a,task_memcg=/a/redis,task=redis-server,pid=7,uid=0",
      "2026-11-25T12:00:00,000000+00:00 Out of memory: Killed process 7 (redis-server) total-vm:9kB",
      "2026-11-25T12:00:01,000000+00:00 Out of memory: Killed process 8 (node) total-vm:9kB",
      "2026-11-25T12:00:02,000000+00:00 Memory cgroup out of memory: Killed process 9 (valkey-server)",
    ].join("\n");
    expect(parseKills(log)).toMatchObject([
      {
        text: expect.stringContaining("process 7"),
        cgroup: "/a/redis",
        at: Date.UTC(2026, 10, 25, 12),
      },
      { text: expect.stringContaining("process 9"), at: Date.UTC(2026, 10, 25, 12, 0, 2) },
    ]);
  });
});
