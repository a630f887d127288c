/** What `holdfast capture --help` prints. */
export const captureHelp: string = `Usage: holdfast capture [--port N]… [--seconds N] [--interface NAME] FILE

Records the packets of Redis connections with tcpdump, for holdfast doctor --pcap FILE.
Run it where the application runs, while the trouble is there; a second one, at the same
time on the server, lets the doctor see between which of them packets are lost.

  FILE              where to write the capture (pcap); it is overwritten
  --port N          a port of Redis, again for more of them (default 6379)
  --seconds N       how long, 1 to 86400 (default 30); Ctrl-C ends it early and loses nothing
  --packets N       at most so many packets, 1 to 100000000 (default 1000000)
  --interface NAME  a network interface (default any: all of them, with loopback)
  --snap-length N   bytes kept of a packet, 64 to 262144 (default 1600); less keeps less of
                    keys and values, and the doctor then misses requests in long pipelines

The file holds what was sent on these ports, keys, values and passwords too, unless the
connection is encrypted: keep it as you keep the data. The doctor's reports hold none of it.

Needs tcpdump, and the right to capture: root, or
  sudo setcap cap_net_raw,cap_net_admin=eip "$(command -v tcpdump)"
In a container: --cap-add NET_RAW. In Kubernetes: kubectl debug POD --image=… --profile=netadmin.

Exit codes: 0 recorded, 2 wrong use, 3 tcpdump is missing or may not capture.
`;
