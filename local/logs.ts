/** Reads the logs of the services for messages. */
import { open, statfs } from 'node:fs/promises';

/** Enough for the last lines of any log. */
const TAIL_BYTES = 64 * 1024;

/** The last lines of a log, without Java's stack frames. Empty when the file does not exist. */
export async function lastLines(file: string, count = 15): Promise<string[]> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    return lines.filter((line) => line.trim() && !/^\s+(at |\.\.\. \d+ more)/.test(line)).slice(-count);
  } finally {
    await handle.close();
  }
}

/** With less free space than this, no further file can be written. */
const FULL_BELOW = 4 * 2 ** 20;

/** Whether the disk of `dir` is full, as far as the system reports it. */
export async function isDiskFull(dir: string): Promise<boolean> {
  const disk = await statfs(dir).catch(() => undefined);
  return disk !== undefined && disk.bavail * disk.bsize < FULL_BELOW;
}

/** Whether a log reports a full disk, in the wording of the JVM, Kafka or the system. */
export function looksLikeFullDisk(lines: readonly string[]): boolean {
  return lines.some((line) => /No space left on device|ENOSPC|Disk quota exceeded/i.test(line));
}
