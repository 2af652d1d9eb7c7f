/** A batch of files for the cluster: their names there, and a hash that identifies the batch. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { UserError } from '../../contract/user-error';
import { contentHash } from '../../producer/archive/content-hash';
import { listInputs } from '../../producer/archive/inputs';
import { formatDamage } from '../../producer/damage';

/** A file of a batch. */
export interface BatchFile {
  /** Path on this machine. */
  readonly path: string;
  /** Path in the batch: the name of the given path, and the path below it. */
  readonly name: string;
  readonly size: number;
}

/** Files that are copied to the cluster together. */
export interface Batch {
  readonly files: readonly BatchFile[];
  /** Hash of names and contents: the same files are the same batch, wherever they are. */
  readonly hash: string;
  /** Files and folders that cannot be read. */
  readonly unread: readonly string[];
}

/** Hexadecimal digits of the hash that are kept. */
const HASH_DIGITS = 12;

/**
 * Finds the files below the given paths, as `strain-producer` does: hidden ones are left out.
 * @throws UserError when a path cannot be read or has no file, or when two files would have the same name
 */
export async function readBatch(paths: readonly string[]): Promise<Batch> {
  const files: BatchFile[] = [];
  const unread: string[] = [];
  for (const given of paths) {
    const found = await listInputs([given], (damage) => unread.push(formatDamage(damage)));
    for (const file of found) {
      const name = path.relative(path.dirname(given), file.path).split(path.sep).join('/');
      files.push({ path: file.path, name, size: (await stat(file.path)).size });
    }
  }
  checkNames(files);
  return { files, hash: await hashFiles(files), unread };
}

/** The batch as a tar archive, file after file as it is read. */
export function packBatch({ files }: Batch): Readable {
  const archive = pack();
  void writeFiles(archive, files).catch((error: unknown) => {
    archive.destroy(error as Error);
  });
  return Readable.from(archive);
}

async function writeFiles(archive: Pack, files: readonly BatchFile[]): Promise<void> {
  for (const { path: file, name, size } of files) {
    await pipeline(createReadStream(file), archive.entry({ name, size, mode: 0o644 }));
  }
  archive.finalize();
}

function checkNames(files: readonly BatchFile[]): void {
  const byName = new Map<string, string>();
  for (const { name, path: file } of files) {
    const other = byName.get(name);
    if (other !== undefined && other !== file) {
      throw new UserError(
        'CLUSTER_FAILED',
        `${other} and ${file} would both be named ${name} in the cluster`,
        {
          fix: 'ingest them one after the other, or give the folder that contains both',
        },
      );
    }
    byName.set(name, file);
  }
}

async function hashFiles(files: readonly BatchFile[]): Promise<string> {
  const lines: string[] = [];
  for (const { path: file, name } of files) lines.push(`${await contentHash(file)} ${name}\n`);
  return createHash('sha256').update(lines.sort().join('')).digest('hex').slice(0, HASH_DIGITS);
}
