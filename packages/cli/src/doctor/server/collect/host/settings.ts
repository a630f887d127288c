import { readText } from "./read.ts";

const paths: Readonly<Record<string, string>> = {
  somaxconn: "/proc/sys/net/core/somaxconn",
  overcommit_memory: "/proc/sys/vm/overcommit_memory",
  tcp_retries2: "/proc/sys/net/ipv4/tcp_retries2",
  ip_local_port_range: "/proc/sys/net/ipv4/ip_local_port_range",
  transparent_hugepage: "/sys/kernel/mm/transparent_hugepage/enabled",
};

/** The kernel's settings that Redis depends on, as far as they can be read. */
export async function hostSettings(): Promise<Record<string, string>> {
  const settings: Record<string, string> = {};
  for (const [name, path] of Object.entries(paths)) {
    const text = await readText(path);
    if (text !== undefined) settings[name] = text.trim();
  }
  return settings;
}
