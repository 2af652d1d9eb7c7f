/**
 * Which files are already published, by the hash of their content. Without it, a second start with the same
 * bottles would publish their rows again and double every count. The record is kept with Kafka's data and is
 * deleted with it.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { contentHash } from '../producer/archive/content-hash';
import { listInputs } from '../producer/archive/inputs';
import type { LocalSettings } from './settings';

/** A file and the SHA-256 of its content. */
export interface InputFile {
  readonly path: string;
  readonly hash: string;
}

/** Which files to publish. */
export interface Selection {
  /** Paths for the producer: the given paths when all files are new, else the new files. */
  readonly paths: readonly string[];
  readonly fresh: readonly InputFile[];
  /** Files that are already published. */
  readonly done: readonly string[];
}

/** Separates the files below `paths` into new ones and those that are already published. */
export async function selectNew(settings: LocalSettings, paths: readonly string[]): Promise<Selection> {
  const known = await readRecord(settings);
  // The producer reports what cannot be read.
  const files = await listInputs(paths, () => undefined);
  const hashed: InputFile[] = [];
  for (const file of files) hashed.push({ path: file.path, hash: await contentHash(file.path) });
  const fresh = hashed.filter(({ hash }) => !known.has(hash));
  const done = hashed.filter(({ hash }) => known.has(hash)).map((file) => file.path);
  return { paths: done.length === 0 ? paths : fresh.map((file) => file.path), fresh, done };
}

/** Records files whose rows were acknowledged. */
export async function remember(settings: LocalSettings, files: readonly InputFile[]): Promise<void> {
  const record = new Set([...(await readRecord(settings)), ...files.map((file) => file.hash)]);
  const file = recordFile(settings);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, [...record].map((hash) => `${hash}\n`).join(''));
  await rename(`${file}.new`, file);
}

async function readRecord(settings: LocalSettings): Promise<Set<string>> {
  const text = await readFile(recordFile(settings), 'utf8').catch(() => '');
  return new Set(text.split('\n').filter((line) => line));
}

function recordFile({ stateDir }: LocalSettings): string {
  return path.join(stateDir, 'data', 'published.sha256');
}
