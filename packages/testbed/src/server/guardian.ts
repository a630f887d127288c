import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";

/**
 * Reads lines until its standard input ends, which is when the parent is gone, however it died; then
 * kills and removes what is still on its list. `+pid` and `-pid` add and take off a process, `>path`
 * and `<path` a folder.
 */
const SCRIPT = `
set -f
IFS='
'
processes='' folders=''
without() { for each in $1; do [ "$each" = "$2" ] || printf '%s\\n' "$each"; done; }
while read -r line; do
  what=\${line#?}
  case $line in
    +*) processes="$processes
$what" ;;
    -*) processes=$(without "$processes" "$what") ;;
    '>'*) folders="$folders
$what" ;;
    '<'*) folders=$(without "$folders" "$what") ;;
  esac
done
for each in $processes; do kill -9 "$each" 2>/dev/null; done
for each in $folders; do rm -rf -- "$each"; done
`;

const processes = new Set<number>();
const folders = new Set<string>();
let guardian: ChildProcess | undefined;

/** From now on the process is killed when this one ends in any way, SIGKILL included. */
export function guardProcess(pid: number): void {
  processes.add(pid);
  tell(`+${pid}`);
}

/** To be called as soon as the process has ended: its number may be given to another one. */
export function releaseProcess(pid: number): void {
  processes.delete(pid);
  tell(`-${pid}`);
}

/** From now on the folder is removed when this process ends in any way. */
export function guardFolder(path: string): void {
  folders.add(path);
  tell(`>${path}`);
}

export function releaseFolder(path: string): void {
  folders.delete(path);
  tell(`<${path}`);
}

function tell(line: string): void {
  guardian ??= startGuardian();
  guardian.stdin?.write(`${line}\n`);
}

function startGuardian(): ChildProcess {
  // A session of its own: a Ctrl-C in the terminal ends the parent, and what cleans up after it stays.
  const child = spawn("/bin/sh", ["-c", SCRIPT], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
  // A pipe to a child is a socket; while it is referenced this process would never end by itself.
  if ("unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  process.once("exit", cleanUp);
  return child;
}

/** The orderly end: at once, so that nothing is left when the shell's prompt is back. */
function cleanUp(): void {
  for (const pid of processes) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
