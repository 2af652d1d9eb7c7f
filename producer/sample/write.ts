/** Puts archives in a folder: each whole or not at all, and never over a file that is somebody else's. */
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../contract/user-error';
import { contentHash } from '../archive/content-hash';
import type { SampleArchive } from './archive';

/** How to write. */
export interface WriteOptions {
  /** Replace a file of that name that has other bytes. @default false */
  readonly force?: boolean;
  /** Stops in the middle; the unfinished file is removed. @default - writes all */
  readonly signal?: AbortSignal;
  /** Called after each inner archive, `archive.steps` times in all. @default - not called */
  readonly onStep?: () => void;
}

/** A file that is there now. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  /** It was there already, with the same bytes. */
  readonly unchanged: boolean;
}

/**
 * Writes an archive into a folder, which is made when absent. The bytes go to `NAME.partial` first, so that
 * what bears the archive's name is whole.
 *
 * Throws when a file of that name has other bytes and `force` is not set, as it may be a true recording; and
 * when the folder cannot be written to.
 */
export async function writeArchive(
  folder: string,
  archive: SampleArchive,
  options: WriteOptions = {},
): Promise<WrittenFile> {
  const path = join(folder, archive.name);
  const partial = `${path}.partial`;
  const hash = createHash('sha256');
  let bytes = 0;
  await makeFolder(folder);
  try {
    await pipeline(
      archive.content(options.onStep ?? (() => undefined)),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(partial),
      { signal: options.signal },
    );
    const unchanged = existsSync(path) && (await contentHash(path)) === hash.digest('hex');
    if (existsSync(path) && !unchanged && !options.force) {
      throw new UserError('OUTPUT_FAILED', `${path} exists with other contents and was not replaced`, {
        fix: 'choose another folder, or replace the file with --force',
      });
    }
    if (!unchanged) await rename(partial, path);
    return { path, bytes, unchanged };
  } finally {
    await rm(partial, { force: true });
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const reason = (error as Error).message;
    throw new UserError('OUTPUT_FAILED', `the folder ${folder} cannot be written to (${reason})`, {
      fix: 'choose another folder',
      cause: error,
    });
  }
}
