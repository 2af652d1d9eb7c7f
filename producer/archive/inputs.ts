/** Finds the files below the given paths, and the order in which they are read. */
import { constants, createReadStream } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';

import { parseArchiveName, parseBottleName, periodStart } from '../bottle/name';
import { SESSIONS } from '../bottle/session';
import { hasCode, UserError } from '../../contract/user-error';
import type { Damage } from '../damage';
import type { ReadReport } from '../report';
import type { Source } from './cursor';

/** The path that stands for standard input. */
export const STDIN = '-';

/** Large enough that the number of reads does not matter, small enough that several pieces fit in memory. */
const READ_BYTES = 256 * 1024;

type Note = (damage: Damage) => void;

/** A file to read. */
export interface InputFile {
  /** As given, or the given folder joined with the names below it; `-` for standard input. */
  readonly path: string;
  /** Bytes; undefined for pipes, whose size is unknown before they are read. */
  readonly size: number | undefined;
  /** File with the bytes. @default - `path` */
  readonly content?: string;
}

/**
 * All files below the paths, ordered by station, session, period and name, so that the rows of each stream
 * come in time order. Files whose names give none of these come next, then standard input. In folders, hidden
 * files are left out and links are followed, each folder once. Throws a UserError `INPUT_UNREADABLE` when a
 * given path cannot be read; what cannot be read below a folder is reported.
 */
export async function listInputs(paths: readonly string[], note: Note): Promise<InputFile[]> {
  const files: InputFile[] = [];
  const folders = new Set<string>();
  for (const path of paths.filter((given) => given !== STDIN)) {
    const info = await stat(path).catch((error: unknown) => {
      throw unreadable(path, reason(error), 'give the path of a bottle, an archive or a folder of these');
    });
    await access(path, constants.R_OK).catch((error: unknown) => {
      throw unreadable(path, reason(error), 'make it readable for this user');
    });
    if (!info.isDirectory()) files.push({ path, size: info.isFile() ? info.size : undefined });
    else {
      const before = files.length;
      const isNew = await listFolder(path, files, folders, note);
      if (isNew && files.length === before) note(nothingIn(path));
    }
  }
  if (files.length === 0 && !paths.includes(STDIN)) {
    throw unreadable(paths.join(', '), 'no files found', 'give a path with bottles or archives in it');
  }
  const sorted = files
    .map((file) => ({ file, key: sortKey(file.path) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return [
    ...sorted.map(({ file }) => file),
    ...(paths.includes(STDIN) ? [{ path: STDIN, size: undefined }] : []),
  ];
}

/** False for a folder that has been listed before, perhaps under another path. */
async function listFolder(
  folder: string,
  files: InputFile[],
  seen: Set<string>,
  note: Note,
): Promise<boolean> {
  const real = await realpath(folder);
  if (seen.has(real)) return false;
  seen.add(real);
  for (const name of await readdir(folder)) {
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    try {
      const info = await stat(path);
      if (info.isDirectory()) await listFolder(path, files, seen, note);
      else if (info.isFile()) files.push({ path, size: info.size });
      else note({ ...at(path), found: 'a pipe, socket or device', expected: 'a file' });
    } catch (error) {
      if (hasCode(error, 'INPUT_DAMAGED')) throw error;
      note({ ...at(path), found: reason(error), expected: 'a readable file or folder' });
    }
  }
  return true;
}

/** The bytes of an input file. A read error ends them early. */
export class FileSource implements Source {
  cut: string | undefined;

  constructor(
    private readonly file: InputFile,
    private readonly report: ReadReport,
    private readonly options: { readonly stdin?: Readable; readonly signal?: AbortSignal },
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    const { stdin = process.stdin, signal } = this.options;
    const { path, content } = this.file;
    const stream =
      path === STDIN && content === undefined
        ? stdin
        : createReadStream(content ?? path, { highWaterMark: READ_BYTES });
    // Also while it waits for bytes that may never come.
    if (signal) addAbortSignal(signal, stream);
    try {
      for await (const chunk of stream) {
        const bytes = chunk as Buffer;
        this.report.bytesRead += bytes.length;
        yield bytes;
      }
    } catch (error) {
      this.cut = reason(error);
    }
  }
}

function unreadable(path: string, problem: string, fix: string): UserError {
  return new UserError('INPUT_UNREADABLE', `${path}: ${problem}`, { fix });
}

const at = (file: string) => ({ file, members: [], offset: 0 });

const nothingIn = (folder: string) => ({
  ...at(folder),
  found: 'no files in the folder',
  expected: 'bottles or archives',
});

/**
 * Sort key: station, session, period. Names that give none of these come last. The path breaks ties.
 */
export function sortKey(path: string): string {
  const name = parseArchiveName(basename(path)) ?? parseBottleName(basename(path));
  if (!name) return `~ ${path}`;
  const period = String(periodStart(name.period)).padStart(15, '0');
  return `${name.site} ${SESSIONS.indexOf(name.session)} ${period} ${path}`;
}

/**
 * The message of the system, such as `no such file or directory`, without the code, call and path that Node
 * adds.
 */
export function reason(error: unknown): string {
  const message = String((error as Error).message);
  return /^[A-Z]+: ([^,]*)/.exec(message)?.[1] ?? message;
}
