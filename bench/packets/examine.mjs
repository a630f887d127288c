// What is measured: node bench/packets/examine.mjs FILE
import { examinePackets } from "../../packages/cli/dist/doctor/packets/index.js";

const { pcap } = await examinePackets([process.argv[2]]);
const { packets, requests, replies, retransmissions } = pcap;
const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ packets, requests, replies, retransmissions, peakMb }));
