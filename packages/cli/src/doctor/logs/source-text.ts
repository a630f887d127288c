import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { openToRead } from "../fifo.ts";

/** Where a log's bytes come from. */
export interface ByteSource {
  /** Fills a part of the buffer; 0 at the end. */
  read(into: Buffer): Promise<number>;
  close(): Promise<void>;
  /** Bytes that have been read of the file, and its size where that is known. */
  readonly position: () => { done: number; size: number | undefined };
  /** When the log was last written to, in milliseconds since 1970. */
  readonly modified: number;
}

/** Opens a log: a file, packed by gzip or not. */
export async function openLog(path: string): Promise<ByteSource> {
  const handle = await openToRead(path);
  try {
    const { size, mtimeMs } = await handle.stat();
    const magic = Buffer.alloc(2);
    const { bytesRead } = await handle.read(magic, 0, 2, size > 0 ? 0 : null);
    const modified = mtimeMs;
    if (bytesRead === 2 && magic[0] === 0x1f && magic[1] === 0x8b) {
      let done = 0;
      const packed = handle.createReadStream({
        start: 0,
        autoClose: false,
        highWaterMark: 256 * 1024,
      });
      packed.on("data", (chunk) => {
        done += chunk.length;
      });
      const unpacked = packed.pipe(createGunzip({ chunkSize: 256 * 1024 }));
      packed.on("error", (error) => unpacked.destroy(error));
      const source = fromStream(unpacked, modified);
      return {
        ...source,
        position: () => ({ done, size }),
        close: async () => {
          packed.destroy();
          await source.close();
          await handle.close();
        },
      };
    }
    let done = 0;
    // A pipe or device has no size and no places: what was read to see the magic is given first.
    let first = size > 0 ? undefined : magic.subarray(0, bytesRead);
    return {
      modified,
      position: () => ({ done, size: size > 0 ? size : undefined }),
      close: () => handle.close(),
      read: async (into) => {
        if (first !== undefined) {
          const given = first.copy(into);
          first = undefined;
          if (given > 0) return given;
        }
        const { bytesRead: count } = await handle.read(
          into,
          0,
          into.length,
          size > 0 ? done : null,
        );
        done += count;
        return count;
      },
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Reads a stream, such as standard input, piece by piece. */
export function fromStream(stream: Readable, modified: number): ByteSource {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>;
  let rest: Buffer = Buffer.alloc(0);
  let done = 0;
  return {
    modified,
    position: () => ({ done, size: undefined }),
    close: async () => {
      stream.destroy();
    },
    read: async (into) => {
      while (rest.length === 0) {
        const next = await chunks.next();
        if (next.done === true) return 0;
        rest = Buffer.from(next.value as Buffer);
      }
      const count = rest.copy(into);
      rest = rest.subarray(count);
      done += count;
      return count;
    },
  };
}
