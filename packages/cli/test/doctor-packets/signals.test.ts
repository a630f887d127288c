import { expect, it } from "vitest";
import { pcapOf } from "./support/capture-writer.ts";
import { bytesOf, Dialogue, request } from "./support/dialogue.ts";
import { examineBytes, examineDialogue, signalIds, signalOf } from "./support/examine.ts";

const get = request("GET", "key");
const value = "$5\r\nvalue\r\n";

function healthy(dialogue: Dialogue, count: number): Dialogue {
  for (let index = 0; index < count; index++) dialogue.wait(2).ask(get, value);
  return dialogue;
}

it("says healthy of healthy traffic, and nothing else", async () => {
  const dialogue = healthy(new Dialogue().connect(), 50);
  const report = await examineDialogue(dialogue.wait(1).fin("client").wait(0.1).fin("server"));
  expect(signalIds(report)).toEqual(["packets.healthy"]);
  expect(report.findings).toEqual([]);
  expect(report.passed).toContain("pcap.loss");
});

it("sees a refused connection", async () => {
  const report = await examineDialogue(new Dialogue().syn().wait(0.1).rst("server"));
  expect(signalIds(report)).toEqual(["packets.syn-refused"]);
  expect(signalOf(report, "packets.syn-refused")).toMatchObject({
    count: 1,
    evidence: [{ text: "SYN to 10.0.0.2:6379 in frame 1 answered by RST" }],
  });
  expect(signalOf(report, "packets.syn-refused")?.evidence[0]?.place).toMatch(/pcap frame 2$/);
  expect(report.pcap).toMatchObject({ connects: 1, refusedConnects: 1, resets: 1 });
  expect(report.findings).toMatchObject([{ id: "pcap.refused", severity: "critical" }]);
});

it("tells a wall from a full backlog by the attempts between", async () => {
  const attempt = (dialogue: Dialogue): Dialogue =>
    dialogue.syn().wait(1000).syn({ repeat: true }).wait(1000).syn({ repeat: true });
  const wall = attempt(new Dialogue());
  expect(signalIds(await examineDialogue(wall))).toEqual(["packets.syn-unanswered"]);

  const port = (number: number) => ({ client: { address: "10.0.0.1", port: number } });
  const backlog = attempt(new Dialogue());
  healthy(new Dialogue(backlog.packets, { ...port(40001), startMs: 500 }).connect(), 3);
  const bytes = pcapOf(
    backlog.packets.sort((a, b) => a.seconds - b.seconds || a.nanoseconds - b.nanoseconds),
  );
  expect(signalIds(await examineBytes(bytes))).toEqual(["packets.some-syns-unanswered"]);
});

it("sees a peer that died: pauses that double, and no acknowledgement", async () => {
  const dialogue = healthy(new Dialogue().connect(), 5).wait(10);
  dialogue.send("client", get, { lost: true });
  for (const pause of [210, 410, 830, 1660]) {
    dialogue.wait(pause).resend("client", get, { lost: true });
  }
  const report = await examineDialogue(dialogue);
  expect(signalIds(report)).toEqual(["packets.dead-peer"]);
  expect(signalOf(report, "packets.dead-peer")?.evidence[0]?.text).toContain(
    "0.2, 0.4, 0.8, 1.7 s",
  );
});

it("tells loss from a server that stands still, by the acknowledgement", async () => {
  const lossy = new Dialogue().connect();
  for (let index = 0; index < 5; index++) {
    healthy(lossy, 5).wait(3).send("client", get, { lost: true });
    lossy
      .wait(207)
      .resend("client", get)
      .wait(0.3)
      .send("server", bytesOf(value))
      .wait(0.1)
      .ack("client");
  }
  const loss = await examineDialogue(lossy);
  expect(signalIds(loss)).toEqual(["packets.retransmissions"]);
  expect(signalOf(loss, "packets.retransmissions")).toMatchObject({ count: 5 });
  expect(signalOf(loss, "packets.retransmissions")?.evidence[0]?.text).toContain("after 207 ms");

  const stalled = healthy(new Dialogue().connect(), 20).wait(3).ask(get, value, 1500);
  const stall = await examineDialogue(stalled);
  expect(signalIds(stall)).toEqual(["packets.server-stall"]);
  expect(signalOf(stall, "packets.server-stall")?.evidence[0]?.text).toBe(
    "GET was acknowledged at once and answered after 1.5 s",
  );
});

it("sees requests that were acknowledged and never answered", async () => {
  const dialogue = healthy(new Dialogue().connect(), 5).wait(3);
  dialogue
    .send("client", get)
    .wait(0.1)
    .ack("server")
    .wait(2000)
    .fin("client")
    .wait(0.1)
    .ack("server");
  const report = await examineDialogue(dialogue);
  expect(signalIds(report)).toEqual(["packets.server-stall"]);
  expect(report.pcap.unansweredRequests).toBe(1);
});

it("names the one command that held the others up", async () => {
  const dialogue = healthy(new Dialogue().connect(), 20).wait(3);
  dialogue.ask(request("KEYS", "*"), "*0\r\n", 800);
  const report = await examineDialogue(dialogue);
  expect(signalIds(report)).toEqual(["packets.server-stall", "packets.slow-one-command"]);
  expect(signalOf(report, "packets.slow-one-command")?.evidence[0]?.text).toMatch(/^KEYS was/);
});

it("does not take a command that waits on purpose for a stall", async () => {
  const dialogue = healthy(new Dialogue().connect(), 20).wait(3);
  dialogue.ask(request("BLPOP", "queue", "5"), "*-1\r\n", 5000);
  expect(signalIds(await examineDialogue(dialogue))).toEqual([
    "packets.few-busy-connections",
    "packets.healthy",
  ]);
});

it("sees stalls at even intervals", async () => {
  const dialogue = new Dialogue().connect();
  for (let index = 0; index < 6; index++) healthy(dialogue, 200).wait(3).ask(get, value, 150);
  const report = await examineDialogue(dialogue);
  expect(signalIds(report)).toEqual(["packets.server-stall", "packets.stall-periodic"]);
});

it("sees a server that closes idle connections, with FIN or RST", async () => {
  const closed = healthy(new Dialogue().connect(), 5).wait(60_000).fin("server").wait(0.1);
  expect(signalIds(await examineDialogue(closed.fin("client")))).toEqual([
    "packets.fin-after-idle",
  ]);
  const reset = healthy(new Dialogue().connect(), 5).wait(400_000).send("client", get).wait(0.2);
  expect(signalIds(await examineDialogue(reset.rst("server")))).toEqual([
    "packets.reset-after-idle",
  ]);
});

it("sees resets amid traffic, and what refuses after them", async () => {
  const dialogue = healthy(new Dialogue().connect(), 5).wait(1).send("client", get).wait(0.1);
  dialogue.rst("server");
  const again = new Dialogue(dialogue.packets, {
    client: { address: "10.0.0.1", port: 40001 },
    startMs: dialogue.nowMs + 50,
  });
  const report = await examineDialogue(again.syn().wait(0.1).rst("server"));
  expect(signalIds(report)).toEqual([
    "packets.reset",
    "packets.reset-then-refused",
    "packets.syn-refused",
  ]);
});

it("sees a client that stopped reading, and the server's answer to it", async () => {
  const dialogue = healthy(new Dialogue().connect(), 5).wait(1);
  dialogue.send("server", bytesOf(value)).wait(0.1).ack("client", { window: 0 });
  const closed = await examineDialogue(dialogue.wait(5000).rst("server"));
  expect(signalIds(closed)).toEqual(["packets.close-after-zero-window", "packets.zero-window"]);
  expect(closed.pcap.zeroWindows).toBe(1);
});

it("knows what error replies mean, and quotes nothing that a client sent", async () => {
  const replies = {
    "packets.reply-maxclients": "-ERR max number of clients reached\r\n",
    "packets.reply-auth": "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
    "packets.reply-denied": "-DENIED Redis is running in protected mode\r\n",
    "packets.reply-loading": "-LOADING Redis is loading the dataset in memory\r\n",
    "packets.reply-readonly": "-READONLY You can't write against a read only replica.\r\n",
    "packets.reply-oom": "-OOM command not allowed when used memory > 'maxmemory'.\r\n",
    "packets.reply-misconf": "-MISCONF Redis is configured to save RDB snapshots\r\n",
    "packets.reply-busy": "-BUSY Redis is busy running a script.\r\n",
    "packets.reply-clusterdown": "-CLUSTERDOWN The cluster is down\r\n",
    "packets.reply-masterdown": "-MASTERDOWN Link with MASTER is down\r\n",
  } as const;
  for (const [id, reply] of Object.entries(replies)) {
    const report = await examineDialogue(new Dialogue().connect().wait(1).ask(get, reply));
    expect(signalIds(report)).toEqual([id]);
    expect(report.findings.map((finding) => finding.id)).toContain("pcap.errors");
  }
  const secret = new Dialogue().connect().wait(1);
  secret.ask(request("AUTH", "user", "hunter2"), "-WRONGPASS hunter2\r\n");
  secret.ask(request("hunter2", "hunter2"), "-ERR unknown command 'hunter2'\r\n");
  secret.ask(request("SET", "hunter2", "hunter2"), "-HUNTER hunter2\r\n");
  const report = await examineDialogue(secret);
  expect(JSON.stringify(report).toLowerCase()).not.toContain("hunter");
  expect(report.pcap.errorReplies).toEqual({ WRONGPASS: 1, ERR: 1, other: 1 });
  expect(report.pcap.commands.map(({ command }) => command).sort()).toEqual([
    "AUTH",
    "OTHER",
    "SET",
  ]);
});

it("sees alerts of TLS, and a side that does not speak it", async () => {
  const hello = Uint8Array.from([22, 3, 1, 0, 4, 1, 0, 0, 0]);
  const alert = Uint8Array.from([21, 3, 3, 0, 2, 2, 48]);
  const refused = new Dialogue().connect().send("client", hello).wait(1).send("server", alert);
  const report = await examineDialogue(refused);
  expect(signalIds(report)).toEqual(["packets.tls-alert"]);
  expect(report.pcap).toMatchObject({ tlsStreams: 1, tlsAlerts: { unknown_ca: 1 } });
  expect(report.skipped.map(({ id }) => id)).toContain("packets.latency");

  const plain = new Dialogue().connect().send("client", get).wait(1).send("server", alert);
  expect(signalIds(await examineDialogue(plain))).toContain("packets.tls-mismatch");
  const deaf = new Dialogue().connect().send("client", hello).wait(0.1).ack("server").wait(3000);
  expect(signalIds(await examineDialogue(deaf.fin("client")))).toEqual(["packets.tls-mismatch"]);
});

it("finds Redis on any port by what is said on it", async () => {
  const elsewhere = { server: { address: "10.0.0.2", port: 7777 } };
  const dialogue = healthy(new Dialogue([], elsewhere).connect(), 5);
  const report = await examineDialogue(dialogue);
  expect(report.pcap).toMatchObject({ redisStreams: 1, requests: 5, replies: 5 });
  const named = await examineDialogue(new Dialogue([], elsewhere).syn().wait(0.1).rst("server"), {
    ports: [7777],
  });
  expect(named.skipped).toEqual([]);
  expect(signalIds(named)).toEqual(["packets.syn-refused"]);
});

it("accuses nobody for an empty capture", async () => {
  expect(signalIds(await examineBytes(pcapOf([])))).toEqual([]);
});

it("takes packets that were captured on two interfaces for one", async () => {
  const dialogue = healthy(new Dialogue().connect(), 50);
  const twice = dialogue.packets.flatMap((packet, index) => {
    const numbered = { ...packet, identification: index + 1 };
    return [numbered, { ...numbered, nanoseconds: numbered.nanoseconds + 4_000 }];
  });
  const report = await examineBytes(pcapOf(twice));
  // Wireshark would mark them as well.
  expect(report.pcap.retransmissions + report.pcap.outOfOrder).toBeGreaterThan(50);
  expect(report.pcap).toMatchObject({ requests: 50, replies: 50 });
  expect(signalIds(report)).toEqual(["packets.healthy"]);
});

it("matches replies past messages of pub/sub, and counts those", async () => {
  const message = "*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$2\r\nhi\r\n";
  const subscribed = "*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n";
  const dialogue = new Dialogue().connect().wait(1).ask(request("SUBSCRIBE", "ch"), subscribed);
  for (let count = 0; count < 5; count++) {
    dialogue.wait(1).send("server", bytesOf(message)).wait(0.1).ack("client");
    dialogue.wait(1).ask(request("PING"), "*2\r\n$4\r\npong\r\n$0\r\n\r\n", 0.7);
  }
  const resp3 = ">3\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n:1\r\n";
  const { pcap } = await examineDialogue(dialogue.send("server", bytesOf(resp3)));
  expect(pcap).toMatchObject({ requests: 5, replies: 5, pushes: 7, unansweredRequests: 0 });
  expect(pcap.commands).toMatchObject([{ command: "PING", count: 5, maxMs: 0.7 }]);
});

it("matches pipelines, and goes on behind a hole in the capture", async () => {
  const dialogue = new Dialogue().connect().wait(1);
  const three = Buffer.concat([get, request("INCR", "n"), get]);
  for (let count = 0; count < 20; count++) {
    dialogue.wait(2).ask(three, `${value}:1\r\n${value}`, 0.4);
  }
  const all = await examineDialogue(dialogue);
  expect(all.pcap).toMatchObject({ requests: 60, replies: 60, gaps: 0 });
  const holes = dialogue.packets.filter((_, index) => index < 10 || index % 13 !== 0);
  const { pcap } = await examineBytes(pcapOf(holes));
  expect(pcap.gaps).toBeGreaterThan(0);
  expect(pcap.replies).toBeGreaterThan(40);
  // No request is paired with another one's reply: all took as long as they took.
  for (const { maxMs } of pcap.commands) expect(maxMs).toBe(0.4);
});

it("joins a conversation in its middle", async () => {
  const dialogue = healthy(new Dialogue().connect(), 30);
  const { pcap } = await examineBytes(pcapOf(dialogue.packets.slice(40)));
  expect(pcap.replies).toBeGreaterThan(15);
  expect(pcap.commands).toMatchObject([{ command: "GET", maxMs: 0.3 }]);
});

it("sees one client that stood still, and closed what had been answered", async () => {
  const packets = new Dialogue().packets;
  const client = (port: number, address = "10.0.0.1", startMs = 0): Dialogue =>
    new Dialogue(packets, { client: { address, port }, startMs }).connect();
  const [one, two] = [client(40001), client(40002, "10.0.0.1", 1)];
  const other = client(40003, "10.0.0.3", 2);
  for (const dialogue of [one, two]) healthy(dialogue, 60);
  healthy(other, 2000);
  for (const dialogue of [one, two]) {
    dialogue.wait(3000);
    for (let count = 0; count < 8; count++) dialogue.wait(0.2).ask(get, value);
    dialogue.wait(0.1).fin("client").wait(0.1).fin("server");
  }
  packets.sort((a, b) => a.seconds - b.seconds || a.nanoseconds - b.nanoseconds);
  const report = await examineBytes(pcapOf(packets));
  expect(signalIds(report)).toEqual(["packets.client-slow", "packets.client-stall"]);
  expect(signalOf(report, "packets.client-stall")?.evidence[0]?.text).toContain(
    "10.0.0.1 sent nothing on its connections for 3.0 s with every request answered",
  );
});

it("sees connections that are opened and closed again and again", async () => {
  const packets = new Dialogue().packets;
  for (let count = 0; count < 1000; count++) {
    const options = { client: { address: "10.0.0.1", port: 20000 + count }, startMs: count * 20 };
    const dialogue = new Dialogue(packets, options).connect().ask(get, value);
    dialogue.wait(0.1).fin("client").wait(0.1).fin("server").wait(0.1).ack("client");
  }
  const report = await examineBytes(pcapOf(packets));
  expect(signalIds(report)).toEqual(["packets.many-short-connections", "packets.reconnect-storm"]);
  expect(report.findings.map(({ id }) => id)).toEqual(["pcap.churn"]);
});

it("sees connections that are never without a request", async () => {
  const packets = new Dialogue().packets;
  for (const port of [40001, 40002]) {
    const dialogue = new Dialogue(packets, { client: { address: "10.0.0.1", port } }).connect();
    for (let count = 0; count < 600; count++) dialogue.wait(0.05).ask(get, value, 3);
  }
  packets.sort((a, b) => a.seconds - b.seconds || a.nanoseconds - b.nanoseconds);
  const report = await examineBytes(pcapOf(packets));
  expect(signalIds(report)).toEqual(["packets.few-busy-connections", "packets.healthy"]);
});

it("sees that writes alone are late", async () => {
  const packets = new Dialogue().packets;
  const connection = (port: number, startMs: number): Dialogue =>
    new Dialogue(packets, { client: { address: "10.0.0.1", port }, startMs }).connect();
  const writer = connection(40001, 0);
  for (let count = 0; count < 5; count++)
    writer.wait(5).ask(request("SET", "k", "v"), "+OK\r\n", 400);
  healthy(connection(40002, 1), 1000);
  packets.sort((a, b) => a.seconds - b.seconds || a.nanoseconds - b.nanoseconds);
  const report = await examineBytes(pcapOf(packets));
  expect(signalIds(report)).toContain("packets.stall-on-writes");
  expect(signalIds(report)).not.toContain("packets.server-stall");
});

it("takes no probe of a tail, and none of a closed window, for loss", async () => {
  const tail = healthy(new Dialogue().connect(), 20);
  for (let count = 0; count < 4; count++) {
    // The process stands still and its kernel waits 40 ms; the sender does not.
    tail.wait(3).send("client", get).wait(8).resend("client", get).wait(0.05);
    tail.ack("server", { again: get.length }).wait(600).send("server", bytesOf(value)).wait(0.1);
    tail.ack("client");
  }
  const report = await examineDialogue(tail);
  expect(report.pcap.retransmissions).toBe(4);
  expect(signalIds(report)).toEqual(["packets.server-stall"]);

  const closed = healthy(new Dialogue().connect(), 20).wait(1);
  closed.send("client", get).wait(0.1).ack("server", { window: 0 });
  for (let count = 0; count < 4; count++) {
    closed.wait(200).resend("client", get).wait(0.1).ack("server");
  }
  const probed = await examineDialogue(closed.wait(1).ack("server", { window: 500 }));
  expect(signalIds(probed)).not.toContain("packets.retransmissions");
});

it("takes a long way for no stall: there the acknowledgement is late as well", async () => {
  const far = new Dialogue().connect();
  for (let count = 0; count < 20; count++) {
    far
      .wait(5)
      .send("client", get)
      .wait(300)
      .send("server", bytesOf(value))
      .wait(0.1)
      .ack("client");
  }
  expect(signalIds(await examineDialogue(far))).not.toContain("packets.server-stall");
});

it("takes one repetition at the end of a capture for no dead peer", async () => {
  const dialogue = healthy(new Dialogue().connect(), 5).wait(10);
  dialogue.send("client", get, { lost: true }).wait(210).resend("client", get, { lost: true });
  expect(signalIds(await examineDialogue(dialogue))).not.toContain("packets.dead-peer");
});

it("pairs no request with a message, or with the reply to one that it did not see", async () => {
  const message = "*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$2\r\nhi\r\n";
  const subscribed = "*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n";
  const dialogue = new Dialogue().connect().wait(1).ask(request("SUBSCRIBE", "ch"), subscribed);
  dialogue.wait(1).send("client", request("PING")).wait(1).send("server", bytesOf(message)).wait(5);
  const { pcap } = await examineDialogue(dialogue.send("server", bytesOf("+PONG\r\n")));
  expect(pcap.commands).toMatchObject([{ command: "PING", count: 1, maxMs: 6 }]);

  const middle = new Dialogue().connect().wait(1).send("client", request("INCR", "n"));
  const unseen = middle.packets.length;
  middle.wait(1).send("client", get, { lost: true }).wait(1).send("server", bytesOf(":1\r\n"));
  middle.server.received = middle.client.next;
  middle.wait(7).send("server", bytesOf(value));
  const report = await examineBytes(pcapOf(middle.packets.slice(unseen)));
  expect(report.pcap.commands).toMatchObject([{ command: "GET", count: 1, maxMs: 8 }]);
});

it("takes no pause of the traffic, and no end of it, for a client that stood still", async () => {
  const dialogue = healthy(new Dialogue().connect(), 100).wait(2000);
  healthy(dialogue, 100).wait(3000).fin("client").wait(0.1).fin("server");
  expect(signalIds(await examineDialogue(dialogue))).toEqual(["packets.healthy"]);
});

it("sees a server that closes at the first request without a word", async () => {
  const dialogue = new Dialogue().connect().wait(1).send("client", get).wait(0.1);
  const report = await examineDialogue(dialogue.rst("server"));
  expect(signalIds(report)).toEqual(["packets.closed-at-first-request", "packets.reset"]);
});
