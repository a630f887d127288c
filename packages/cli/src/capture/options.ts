import { integerOption, lastOf, parseArguments } from "../arguments.ts";
import { usageError } from "../failure.ts";

export interface CaptureOptions {
  readonly file: string;
  readonly ports: readonly number[];
  readonly seconds: number;
  readonly packets: number;
  readonly interfaceName: string;
  readonly snapLength: number;
}

const specs = {
  port: { type: "string" },
  seconds: { type: "string" },
  packets: { type: "string" },
  interface: { type: "string" },
  "snap-length": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const maxPorts = 32;
/** What the kernel holds while tcpdump is not running: a few thousand packets. */
const bufferKib = 16_384;

/**
 * @returns Nothing when help is asked for.
 * @throws CommandError with exit code 2.
 */
export function captureOptions(args: readonly string[]): CaptureOptions | undefined {
  const { values, positionals } = parseArguments(args, specs);
  if (values.help) return undefined;
  const [file, ...more] = positionals;
  if (file === undefined) throw usageError("name the FILE to write the capture to");
  if (more.length > 0) throw usageError(`one FILE, not also ${JSON.stringify(more[0])}`);
  // tcpdump would take the one for standard output, and the other for an option.
  if (file.startsWith("-"))
    throw usageError(`FILE is ${JSON.stringify(file)}: write it as ./${file}`);
  if (values.port.length > maxPorts) throw usageError(`at most ${maxPorts} ports`);
  const interfaceName = lastOf(values.interface) ?? "any";
  if (!/^[A-Za-z0-9][\w.:@-]{0,63}$/.test(interfaceName)) {
    throw usageError(
      `--interface is ${JSON.stringify(interfaceName)}, expected a name as \`ip link\` shows it`,
    );
  }
  const ports = values.port.map(
    (value) => integerOption("port", value, { min: 1, max: 65_535 }) as number,
  );
  const integer = (name: keyof typeof specs, min: number, max: number): number | undefined =>
    integerOption(name, lastOf(values[name] as readonly string[]), { min, max });
  return {
    file,
    ports: ports.length === 0 ? [6379] : ports,
    seconds: integer("seconds", 1, 86_400) ?? 30,
    packets: integer("packets", 1, 100_000_000) ?? 1_000_000,
    interfaceName,
    snapLength: integer("snap-length", 64, 262_144) ?? 1600,
  };
}

/**
 * What tcpdump is called with: no names looked up, every packet read and written at once. Without
 * immediate mode the last second before the end would be lost in the kernel's buffer.
 */
export function tcpdumpArguments(options: CaptureOptions): string[] {
  return [
    "-n",
    "-U",
    "--immediate-mode",
    "-B",
    String(bufferKib),
    "-i",
    options.interfaceName,
    "-s",
    String(options.snapLength),
    "-c",
    String(options.packets),
    "-w",
    options.file,
    options.ports.map((port) => `tcp port ${port}`).join(" or "),
  ];
}
