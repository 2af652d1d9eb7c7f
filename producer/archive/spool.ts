/**
 * Keeps standard input, or a pipe, in a file: its content must be known before any of it is published, and it
 * can be read only once.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { UserError } from '../../contract/user-error';
import { contentHash } from './content-hash';
import { type InputFile, STDIN } from './inputs';
import type { Unit } from './units';

/** Digits of the hash in the name of a unit: unlikely to be the same for two contents. */
const HASH_DIGITS = 16;

/** A stream as a unit, and how to remove its file. */
export interface Spooled {
  readonly unit: Unit;
  remove(): Promise<void>;
}

/**
 * Reads a stream to its end. The content names the unit, so that the same input is recognized. Throws a
 * UserError `OUTPUT_FAILED` when the file cannot be written, and an AbortError after a signal.
 */
export async function spool(
  { path }: InputFile,
  { stdin, signal }: { readonly stdin: Readable; readonly signal: AbortSignal },
): Promise<Spooled> {
  const folder = await mkdtemp(join(tmpdir(), 'strain-stream-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const content = join(folder, 'input');
  try {
    await pipeline(path === STDIN ? stdin : createReadStream(path), createWriteStream(content), { signal });
    const hash = await contentHash(content, signal);
    const files = [{ path, content, size: (await stat(content)).size }];
    return { unit: { name: `stream-${hash.slice(0, HASH_DIGITS)}`, files, stream: undefined }, remove };
  } catch (error) {
    await remove();
    if (signal.aborted) throw error;
    throw new UserError(
      'OUTPUT_FAILED',
      `${path === STDIN ? 'standard input' : path} could not be kept in ${folder}: ${(error as Error).message}`,
      {
        fix: 'make room there, or set TMPDIR to another folder',
        cause: error,
      },
    );
  }
}
