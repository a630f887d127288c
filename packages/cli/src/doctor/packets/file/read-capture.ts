import { openBytes } from "./byte-source.ts";
import type { CaptureDecoder, PacketSink } from "./decoder.ts";
import { maxRecordBytes } from "./decoder.ts";
import { pcapDecoder, pcapHeaderBytes } from "./pcap.ts";
import { pcapngDecoder } from "./pcapng.ts";

/** How the reading of a file ended. */
export interface ReadingEnd {
  readonly format: "pcap" | "pcapng" | "unknown";
  readonly truncated: boolean;
  readonly notes: readonly string[];
}

const chunkBytes = 1024 * 1024;
/** Room before a chunk for the record that the chunk before it ended in. */
const restBytes = maxRecordBytes + 64;

/**
 * Reads a capture once, from its beginning to its end. The next chunk is read while one is decoded.
 *
 * @param onProgress - Told the share that was read, after every chunk.
 * @throws When the file cannot be opened or read. What is in it never throws.
 */
export async function readCapture(
  path: string,
  sink: PacketSink,
  onProgress: (share: number) => void,
  signal: AbortSignal | undefined,
): Promise<ReadingEnd> {
  const source = await openBytes(path);
  let decoder: CaptureDecoder | undefined;
  let buffer = new Uint8Array(restBytes + chunkBytes);
  let spare = new Uint8Array(restBytes + chunkBytes);
  let start = restBytes;
  let end = restBytes;
  let reading: Promise<number> | undefined = fill(buffer);
  try {
    while (reading !== undefined) {
      if (signal?.aborted === true) return ended("the reading was ended early");
      const count: number = await reading;
      end = restBytes + count;
      reading = count === 0 ? undefined : fill(spare);
      if (decoder === undefined && end - start >= pcapHeaderBytes) {
        const header = buffer.slice(start, start + pcapHeaderBytes);
        decoder = pcapDecoder(header) ?? pcapngDecoder(header);
        if (decoder === undefined) break;
        if (decoder.format === "pcap") start += pcapHeaderBytes;
      }
      if (decoder !== undefined) start = decoder.decode(buffer, start, end, sink);
      onProgress(source.share());
      if (decoder?.failure !== undefined) {
        return ended(`broken from there on: ${decoder.failure}`);
      }
      if (reading === undefined) break;
      const rest = end - start;
      spare.set(buffer.subarray(start, end), restBytes - rest);
      start = restBytes - rest;
      [buffer, spare] = [spare, buffer];
    }
    const failure = source.failure();
    if (failure !== undefined) return ended(`the gzip data ends early: ${failure}`);
    if (decoder === undefined) return unknown(end - start);
    return start === end ? ended() : ended("the file ends in the middle of a packet");
  } finally {
    await reading?.catch(() => 0);
    await source.close();
  }

  function fill(into: Uint8Array): Promise<number> {
    return source.read(into, restBytes);
  }

  function ended(problem?: string): ReadingEnd {
    return {
      format: decoder?.format ?? "unknown",
      truncated: problem !== undefined,
      notes: problem === undefined ? [] : [problem],
    };
  }
}

function unknown(bytes: number): ReadingEnd {
  const note =
    bytes === 0
      ? "the file is empty"
      : "neither pcap nor pcapng: capture with `holdfast capture FILE` or `tcpdump -w FILE`";
  return { format: "unknown", truncated: false, notes: [note] };
}
