// Examines one log in a process of its own; prints seconds, seconds of CPU and the growth of its memory in MB.
import { examineLogs } from "../../packages/cli/dist/doctor/logs/index.js";

const before = process.memoryUsage().rss;
let most = before;
const began = process.hrtime.bigint();
await examineLogs(process.argv.slice(2), {
  onProgress: () => {
    most = Math.max(most, process.memoryUsage().rss);
  },
});
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, growth: (most - before) / 1e6 }));
