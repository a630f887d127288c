import { open } from "node:fs/promises";

/** Larger files under /proc are read in part: a host with a million sockets must not stop us. */
const bytesMax = 32 * 1024 * 1024;

/** A file of /proc or /sys, which tells no size; undefined when it cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path);
    const parts: Buffer[] = [];
    let length = 0;
    while (length < bytesMax) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536), 0, 65_536);
      if (bytesRead === 0) break;
      parts.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(parts).toString();
  } catch {
    return undefined;
  }
}
