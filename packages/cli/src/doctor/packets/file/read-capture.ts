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

/** Room for the longest record and for a good read beside it. */
const bufferBytes = 2 * maxRecordBytes;

/**
 * Reads a capture once, from its beginning to its end.
 *
 * @param onProgress - Told the share that was read, several times a second at most.
 * @throws When the file cannot be opened or read. What is in it never throws.
 */
export async function readCapture(
  path: string,
  sink: PacketSink,
  onProgress: (share: number) => void,
  signal: AbortSignal | undefined,
): Promise<ReadingEnd> {
  const source = await openBytes(path);
  const buffer = new Uint8Array(bufferBytes);
  let decoder: CaptureDecoder | undefined;
  let start = 0;
  let end = 0;
  try {
    for (;;) {
      if (signal?.aborted === true) return ended("the reading was ended early");
      if (start > 0) {
        buffer.copyWithin(0, start, end);
        end -= start;
        start = 0;
      }
      const count = await source.read(buffer, end);
      if (count === 0) break;
      end += count;
      if (decoder === undefined) {
        if (end < pcapHeaderBytes) continue;
        const header = buffer.slice(0, pcapHeaderBytes);
        decoder = pcapDecoder(header) ?? pcapngDecoder(header);
        if (decoder === undefined) break;
        start = decoder.format === "pcap" ? pcapHeaderBytes : 0;
      }
      start = decoder.decode(buffer, start, end, sink);
      onProgress(source.share());
      if (decoder.failure !== undefined) {
        return ended(`broken from there on: ${decoder.failure}`);
      }
    }
    const failure = source.failure();
    if (failure !== undefined) return ended(`the gzip data ends early: ${failure}`);
    if (decoder === undefined) return unknown(end);
    return start === end ? ended() : ended("the file ends in the middle of a packet");
  } finally {
    await source.close();
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
