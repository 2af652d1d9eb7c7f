/**
 * A folder as a source. A scan is the truth about what is there, because network file systems report no
 * events; events only make it come sooner.
 */
import { constants, type Dirent, type Stats } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { reason } from '../archive/inputs';
import { SourceFailure } from './failure';
import { FolderEvents } from './folder-events';
import { HOLD_LIMIT } from './holding';
import { isInput } from './names';
import type { SeenFiles } from './seen';
import type { LocalArchive } from './source';
import type { ListedFile, Listing, ListingMode, Tree } from './tree';

/** Milliseconds after which a file is complete at first sight. Clocks of file servers differ by less. */
const OLD = 10 * 60_000;
/** Milliseconds within which two changes may have the same time. Some file systems only keep seconds. */
const TIME_GRAIN = 2_500;
/** For how many folders the time of the last change is remembered. */
const MAX_REMEMBERED = 5_000;
/** Files whose state is read at the same time. */
const CONCURRENCY = 8;

/** A file that may still be being written. */
interface Unsettled {
  readonly file: ListedFile;
  /** When it was first seen in this state, milliseconds of `performance.now`. */
  readonly since: number;
  /** When it was first seen at all. */
  readonly found: number;
}

export class FolderTree implements Tree {
  readonly address: string;
  readonly fix = 'give the path of a folder with bottles or archives in it; it may be empty';
  readonly pace = { interval: 1_000, walkBudget: 100, walkInterval: 0 };
  onHint?: () => void;
  private readonly unsettled = new Map<string, Unsettled>();
  /** Folders' times of modification, where they tell of the next change. */
  private readonly changed = new Map<string, number>();
  private readonly events = new FolderEvents(() => this.onHint?.());

  /**
   * @param root the folder
   * @param settleSeconds how long a file must be unchanged to be complete, unless it was renamed in
   */
  constructor(
    root: string,
    private readonly settleSeconds: number,
  ) {
    this.address = resolve(root);
  }

  locate(path: string): string {
    return join(this.address, path);
  }

  async list(folder: string, mode: ListingMode, seen: SeenFiles, signal: AbortSignal): Promise<Listing> {
    const isComplete = mode === 'all' || (await this.hasChanged(folder));
    const entries = await this.read(folder);
    const folders: string[] = [];
    const names: string[] = [];
    let ignored: string | undefined;
    for (const entry of entries) {
      const { name } = entry;
      if (name.startsWith('.')) continue;
      if (entry.isDirectory() || (entry.isSymbolicLink() && (await this.isOtherFolder(folder, name)))) {
        folders.push(`${folder}${name}/`);
      } else if (isInput(name)) names.push(name);
      else ignored ??= `${folder}${name}`;
    }
    if (mode === 'news') this.events.follow(this.locate(folder));
    const files: ListedFile[] = [];
    const wanted = names.filter((name) => {
      const path = folder + name;
      return !this.unsettled.has(path) && (isComplete || !seen.hasPath(path));
    });
    for (let i = 0; i < wanted.length; i += CONCURRENCY) {
      signal.throwIfAborted();
      const found = wanted.slice(i, i + CONCURRENCY).map((name) => this.look(folder + name, name, seen));
      for (const file of await Promise.all(found)) if (file) files.push(file);
    }
    return { folders, files, ignored };
  }

  async settled(): Promise<readonly ListedFile[]> {
    const settled: ListedFile[] = [];
    for (const [path, { file, since }] of this.unsettled) {
      const state = await this.stateOf(path);
      const version = state && versionOf(state);
      if (version === undefined) this.unsettled.delete(path);
      else if (version !== file.version) this.wait(fileOf(path, file.name, state!));
      else if (performance.now() - since >= this.settleSeconds * 1_000) {
        this.unsettled.delete(path);
        settled.push(file);
      }
    }
    return settled;
  }

  unfinished(): readonly string[] {
    const now = performance.now();
    return [...this.unsettled].filter(([, { found }]) => now - found < HOLD_LIMIT).map(([path]) => path);
  }

  /** The file itself, if it has not changed since it was found. */
  async fetch({ path, version }: ListedFile): Promise<LocalArchive> {
    const state = await this.stateOf(path);
    // A change is found by a later look.
    if (!state || versionOf(state) !== version) throw new SourceFailure('gone', 'changed or removed');
    await access(this.locate(path), constants.R_OK).catch((error: unknown) => {
      throw failureOf(error);
    });
    return { path: this.locate(path), release: () => Promise.resolve() };
  }

  close(): Promise<void> {
    this.events.close();
    return Promise.resolve();
  }

  /**
   * Whether names in a folder were added, removed or replaced since it was asked for, by the time of the
   * folder. Where file systems keep none, the walk finds what was replaced.
   */
  private async hasChanged(folder: string): Promise<boolean> {
    const modified = (await this.stateOf(folder))?.mtimeMs ?? NaN;
    const before = this.changed.get(folder);
    if (this.changed.size >= MAX_REMEMBERED) this.changed.clear();
    // A change within the grain of the time would not show.
    this.changed.set(folder, Date.now() - modified > TIME_GRAIN ? modified : NaN);
    return modified !== before;
  }

  private async read(folder: string): Promise<Dirent[]> {
    try {
      return await readdir(this.locate(folder), { withFileTypes: true });
    } catch (error) {
      // What comes back at this path is another folder to the system.
      this.events.forget(this.locate(folder));
      throw failureOf(error);
    }
  }

  /** The file if it is complete. */
  private async look(path: string, name: string, seen: SeenFiles): Promise<ListedFile | undefined> {
    const state = await this.stateOf(path);
    if (!state?.isFile()) return undefined;
    const file = fileOf(path, name, state);
    const isOld = Date.now() - state.mtimeMs > OLD;
    if (seen.has(path, file.version) || isOld || wasRenamed(state)) return file;
    this.wait(file);
    return undefined;
  }

  private wait(file: ListedFile): void {
    const since = performance.now();
    const found = this.unsettled.get(file.path)?.found ?? since;
    this.unsettled.set(file.path, { file, since, found });
    // Not a moment later than it may be complete.
    setTimeout(() => this.onHint?.(), this.settleSeconds * 1_000 + 1).unref();
  }

  private async stateOf(path: string): Promise<Stats | undefined> {
    try {
      return await stat(this.locate(path));
    } catch {
      // Whatever is wrong with it, it cannot be read now, and is looked at again.
      return undefined;
    }
  }

  /** Whether a link leads to a folder that is not around it. */
  private async isOtherFolder(folder: string, name: string): Promise<boolean> {
    const link = this.locate(folder + name);
    const state = await stat(link).catch(() => undefined);
    if (!state?.isDirectory()) return false;
    const [target, here] = await Promise.all([realpath(link), realpath(this.locate(folder))]);
    return !`${here}${sep}`.startsWith(target.endsWith(sep) ? target : `${target}${sep}`);
  }
}

function fileOf(path: string, name: string, state: Stats): ListedFile {
  return { path, name, version: versionOf(state), modified: state.mtime };
}

const versionOf = ({ size, mtimeMs }: Stats): string => `${size} ${mtimeMs}`;

/**
 * Whether the file was renamed, linked or given its time after its last byte was written: this changes the
 * time of the inode, but not that of the content. Only asked when a file is first seen.
 */
const wasRenamed = ({ ctimeMs, mtimeMs }: Stats): boolean => ctimeMs > mtimeMs;

function failureOf(error: unknown): SourceFailure {
  const { code = '' } = error as NodeJS.ErrnoException;
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
  const isForbidden = code === 'EACCES' || code === 'EPERM';
  return new SourceFailure(isMissing ? 'gone' : isForbidden ? 'refused' : 'outage', reason(error));
}
