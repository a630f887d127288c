import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { openToRead } from "../../fifo.ts";

/** Bytes in their order, into a buffer of the caller: memory does not grow with the file. */
export interface ByteSource {
  /** Fills the buffer from `offset` on, as far as it can at once; 0 at the end. */
  read(into: Uint8Array, offset: number): Promise<number>;
  /** 0 to 1, of the file's own bytes. */
  share(): number;
  /** Why the bytes ended before their end, where they did. */
  failure(): string | undefined;
  close(): Promise<void>;
}

/**
 * Opens a file, and unpacks it where it is gzip, whatever its name.
 *
 * @throws What `open` throws: the caller knows how to say that a file cannot be read.
 */
export async function openBytes(path: string): Promise<ByteSource> {
  const handle = await openToRead(path);
  try {
    const { size } = await handle.stat();
    const magic = new Uint8Array(2);
    const { bytesRead } = await handle.read(magic, 0, 2, 0);
    if (bytesRead === 2 && magic[0] === 0x1f && magic[1] === 0x8b) {
      await handle.close();
      return gzipSource(path, size);
    }
    return plainSource(handle, size);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function plainSource(handle: FileHandle, size: number): ByteSource {
  let position = 0;
  return {
    async read(into, offset) {
      const { bytesRead } = await handle.read(into, offset, into.length - offset, position);
      position += bytesRead;
      return bytesRead;
    },
    share: () => (size === 0 ? 1 : Math.min(1, position / size)),
    failure: () => undefined,
    close: () => handle.close(),
  };
}

function gzipSource(path: string, size: number): ByteSource {
  const packed = createReadStream(path, { highWaterMark: 256 * 1024 });
  const unpacked = createGunzip({ chunkSize: 256 * 1024 });
  packed.on("error", (error) => unpacked.destroy(error));
  packed.pipe(unpacked);
  const chunks = unpacked[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let rest: Uint8Array = new Uint8Array(0);
  let problem: string | undefined;
  return {
    async read(into, offset) {
      if (rest.length === 0) {
        try {
          const { done, value } = await chunks.next();
          if (done === true) return 0;
          rest = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
        } catch (error) {
          problem = error instanceof Error ? error.message : String(error);
          return 0;
        }
      }
      const count = Math.min(rest.length, into.length - offset);
      into.set(rest.subarray(0, count), offset);
      rest = rest.subarray(count);
      return count;
    },
    share: () => (size === 0 ? 1 : Math.min(1, packed.bytesRead / size)),
    failure: () => problem,
    async close() {
      packed.destroy();
      unpacked.destroy();
    },
  };
}
