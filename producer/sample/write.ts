/**
 * Writes archives into a folder: each completely or not at all, and never over a file with other contents.
 */
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
  /** Whether to replace a file of the same name with other contents. @default false */
  readonly force?: boolean;
  /** Stops the writing; the unfinished file is removed. @default - writes everything */
  readonly signal?: AbortSignal;
  /** Called after each inner archive, `archive.steps` times in all. @default - not called */
  readonly onStep?: () => void;
}

/** A file that was written, or that existed. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  /** Whether it existed, with the same bytes. */
  readonly unchanged: boolean;
}

/**
 * Writes an archive into a folder, which is created if necessary. The bytes go to a hidden file beside it
 * first, so that a file with the archive's name is always complete.
 *
 * Throws when a file of that name has other contents and `force` is not set, because it may be a real
 * recording, and when the folder cannot be written to.
 */
export async function writeArchive(
  folder: string,
  archive: SampleArchive,
  options: WriteOptions = {},
): Promise<WrittenFile> {
  const path = join(folder, archive.name);
  const partial = join(folder, `.${archive.name}.partial`);
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
