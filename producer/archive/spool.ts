/** Keeps standard input in a file, because its content must be known before any of it is published. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { UserError } from '../../contract/user-error';
import { contentHash } from './content-hash';
import { STDIN } from './inputs';
import type { Unit } from './units';

/** Digits of the hash in the name of a unit: unlikely to be the same for two contents. */
const HASH_DIGITS = 16;

/** Standard input as a unit, and how to remove its file. */
export interface Spooled {
  readonly unit: Unit;
  remove(): Promise<void>;
}

/**
 * Reads the input to its end. The content names the unit, so that the same input is recognized. Throws a
 * UserError `OUTPUT_FAILED` when the file cannot be written, and an AbortError after a signal.
 */
export async function spool(input: Readable, signal: AbortSignal): Promise<Spooled> {
  const folder = await mkdtemp(join(tmpdir(), 'strain-stdin-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const content = join(folder, 'input');
  try {
    await pipeline(input, createWriteStream(content), { signal });
    const hash = await contentHash(content, signal);
    const files = [{ path: STDIN, content, size: (await stat(content)).size }];
    return { unit: { name: `stdin-${hash.slice(0, HASH_DIGITS)}`, files, stream: undefined }, remove };
  } catch (error) {
    await remove();
    if (signal.aborted) throw error;
    throw new UserError(
      'OUTPUT_FAILED',
      `standard input could not be kept in ${folder}: ${(error as Error).message}`,
      {
        fix: 'make room there, or set TMPDIR to another folder',
        cause: error,
      },
    );
  }
}
