/**
 * Which files' rows are in Kafka already, by the files' content. A second start with the same bottles would publish their rows again, and
 * every count would double; so what was acknowledged is kept beside Kafka's data, and goes with it.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { listInputs } from '../producer/archive/inputs';
import type { LocalSettings } from './settings';

/** A file, and the SHA-256 of what is in it. */
export interface InputFile {
  readonly path: string;
  readonly hash: string;
}

/** What is to be published of the given paths. */
export interface Selection {
  /** What the producer is given: the paths as they were when all is new, else the new files. */
  readonly paths: readonly string[];
  readonly fresh: readonly InputFile[];
  /** Files that were published before. */
  readonly done: readonly string[];
}

/** Shares the files below `paths` out into new ones and those that were published before. */
export async function selectNew(settings: LocalSettings, paths: readonly string[]): Promise<Selection> {
  const known = await readRecord(settings);
  // What cannot be read is the producer's to report.
  const files = await listInputs(paths, () => undefined);
  const hashed: InputFile[] = [];
  for (const file of files) hashed.push({ path: file.path, hash: await hashOf(file.path) });
  const fresh = hashed.filter(({ hash }) => !known.has(hash));
  const done = hashed.filter(({ hash }) => known.has(hash)).map((file) => file.path);
  return { paths: done.length === 0 ? paths : fresh.map((file) => file.path), fresh, done };
}

/** Remembers files whose rows were acknowledged. */
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

/** SHA-256 of a file's content, in hexadecimal. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
