/** Logs of the services, as far as messages show them. */
import { open, statfs } from 'node:fs/promises';

/** More than any last lines need. */
const TAIL_BYTES = 64 * 1024;

/** The last lines of a log that say something, Java's stack frames left out; none when there is no such file. */
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

/** With less than this the next file cannot be written, whatever a log could still say of it. */
const FULL_BELOW = 4 * 2 ** 20;

/** Whether the disk of `dir` is full now, as far as it can be asked. */
export async function isDiskFull(dir: string): Promise<boolean> {
  const disk = await statfs(dir).catch(() => undefined);
  return disk !== undefined && disk.bavail * disk.bsize < FULL_BELOW;
}

/** Whether a log tells of a full disk, in the words of the JVM, Kafka or the system. */
export function looksLikeFullDisk(lines: readonly string[]): boolean {
  return lines.some((line) => /No space left on device|ENOSPC|Disk quota exceeded/i.test(line));
}
