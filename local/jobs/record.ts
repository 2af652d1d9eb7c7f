/**
 * The record of a job, since the JobManager forgets jobs when it stops: the id of the Flink job, and where
 * its state is. It is kept with the checkpoints, in `data/flink/jobs/NAME.json`, and is deleted with them.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { flinkDataDir } from '../services/flink';
import type { LocalSettings } from '../settings';

/** The last Flink job of a definition. */
export interface JobRecord {
  /** Hash of its SQL. */
  readonly hash: string;
  /** Its id in Flink. */
  readonly id: string;
  /** Path of the state that it started from; undefined when it started without state. */
  readonly from?: string;
  /** Path of the savepoint that it was stopped with; undefined when it was not stopped. */
  readonly savepoint?: string;
}

export async function readRecord(settings: LocalSettings, name: string): Promise<JobRecord | undefined> {
  const text = await readFile(recordFile(settings, name), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as JobRecord);
}

export async function writeRecord(settings: LocalSettings, name: string, record: JobRecord): Promise<void> {
  const file = recordFile(settings, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.part`, `${JSON.stringify(record)}\n`);
  await rename(`${file}.part`, file);
}

/** Lock file: one process at a time starts and stops a job. */
export function lockFile(settings: LocalSettings, name: string): string {
  return `${recordFile(settings, name)}.lock`;
}

/**
 * Path of the latest state of a job: the savepoint that it was stopped with, else its last checkpoint, else
 * the state that it started from. Undefined when there is none.
 */
export async function lastState(settings: LocalSettings, record: JobRecord): Promise<string | undefined> {
  if (record.savepoint !== undefined) return record.savepoint;
  const checkpoint = await lastCheckpoint(checkpointsOf(settings, record.id));
  return checkpoint ?? record.from;
}

/**
 * Deletes the checkpoints that a job started from, once it has its own. The previous job left them behind,
 * and nothing else deletes them. Savepoints are kept.
 */
export async function removeOutlived(settings: LocalSettings, record: JobRecord): Promise<void> {
  if (record.from === undefined) return;
  const before = path.dirname(fileURLToPath(record.from));
  if (path.dirname(before) !== path.dirname(checkpointsOf(settings, record.id))) return;
  if ((await lastCheckpoint(checkpointsOf(settings, record.id))) === undefined) return;
  await rm(before, { recursive: true, force: true });
}

function recordFile(settings: LocalSettings, name: string): string {
  return path.join(flinkDataDir(settings), 'jobs', `${name}.json`);
}

function checkpointsOf(settings: LocalSettings, id: string): string {
  return path.join(flinkDataDir(settings), 'checkpoints', id);
}

/** The completed checkpoint with the highest number. A completed checkpoint has metadata. */
async function lastCheckpoint(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^chk-\d+$/.test(name));
  const newestFirst = names.sort((a, b) => Number(b.slice(4)) - Number(a.slice(4)));
  for (const name of newestFirst) {
    const isComplete = await stat(path.join(folder, name, '_metadata')).then(
      () => true,
      () => false,
    );
    if (isComplete) return pathToFileURL(path.join(folder, name)).href;
  }
  return undefined;
}
