import { closeSync, constants, openSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";

/** How long a pipe may be without anybody who writes to it. */
const writerWaitMs = 5000;

/**
 * Opens a file to read. Opening a named pipe waits for somebody who writes, here for 5 s at most.
 *
 * @throws What `open` throws, and an error that says so where nobody writes to a pipe.
 */
export async function openToRead(path: string, waitMs: number = writerWaitMs): Promise<FileHandle> {
  if (!(await stat(path)).isFIFO()) return open(path);
  let isAlone = false;
  const timer = setTimeout(() => {
    isAlone = true;
    // The open waits in a thread that cannot be told to stop: a writer, if only for a moment, ends it.
    closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
  }, waitMs);
  const handle = await open(path).finally(() => clearTimeout(timer));
  if (!isAlone) return handle;
  await handle.close();
  throw new Error(`is a named pipe, and nobody wrote to it for ${waitMs / 1000} s`);
}
