/**
 * What this machine remembers of a job, since the JobManager forgets it when it ends: which job of Flink it was, and where its state is.
 * It stands beside the checkpoints, in `data/flink/jobs/NAME.json`, so that it goes when they go.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { flinkDataDir } from '../services/flink';
import type { LocalSettings } from '../settings';

/** The last job of Flink that a definition became. */
export interface JobRecord {
  /** Hash of its SQL. */
  readonly hash: string;
  /** Its id in Flink. */
  readonly id: string;
  /** Address of the state that it began with; undefined when it began without. */
  readonly from?: string;
  /** Address of the savepoint that it was stopped with; undefined as long as it was not. */
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

/** File by which one process at a time starts and stops a job. */
export function lockFile(settings: LocalSettings, name: string): string {
  return `${recordFile(settings, name)}.lock`;
}

/**
 * Address of the latest state that a job left: the savepoint that it was stopped with, else its last checkpoint, else what it began
 * with. Undefined when it left none.
 */
export async function lastState(settings: LocalSettings, record: JobRecord): Promise<string | undefined> {
  if (record.savepoint !== undefined) return record.savepoint;
  const checkpoint = await lastCheckpoint(checkpointsOf(settings, record.id));
  return checkpoint ?? record.from;
}

/**
 * Removes the checkpoints that a job began with, once it has its own: the job before it has left them, and nobody else would remove
 * them. Savepoints stay.
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

/** The checkpoint of the highest number that was completed: it has its metadata. */
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
