/** Writes data to standard output no faster than it is read. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Writes text and waits until there is room for more. Ends early when the signal is aborted. */
export async function write(stream: Writable, text: string, signal: AbortSignal): Promise<void> {
  if (stream.write(text) || signal.aborted) return;
  await once(stream, 'drain', { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
