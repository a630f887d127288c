import { writeFileSync } from "node:fs";
import { setPriority } from "node:os";

/** Nice value: before every process under drill. */
const priority = -15;

/**
 * Puts this process before every process under drill, where the system permits it (root, or
 * CAP_SYS_NICE); elsewhere the lag that the generator reports tells whether it mattered.
 *
 * Linux schedules sessions against each other before it looks at the nice values inside one
 * (autogroup, see sched(7)), and each process under drill has a session of its own. So the load
 * process needs one as well, and the session's own nice value.
 */
export function goFirst(): void {
  for (const attempt of [
    () => setPriority(priority),
    () => writeFileSync("/proc/self/autogroup", String(priority)),
  ]) {
    try {
      attempt();
    } catch {
      // Not permitted, or not Linux.
    }
  }
}
