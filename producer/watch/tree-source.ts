/**
 * Watches a tree of folders. The first walk finds everything, oldest first. After that, each look lists the
 * folders in which news are to be expected, and walks on through all others within a time budget: there, old
 * archives may have been added or changed.
 */
import { UserError } from '../../contract/user-error';
import { sortKey } from '../archive/inputs';
import type { Logger } from '../log';
import { SourceFailure } from './failure';
import { Holding } from './holding';
import { inOrder, recentFolders } from './names';
import { SourceOutage } from './outage';
import { Retries } from './retries';
import { SeenFiles } from './seen';
import type { ArchiveSource, FoundArchive, LocalArchive } from './source';
import type { ListedFile, Listing, ListingMode, Tree } from './tree';

/** About how many archives one look returns, so that a large source is published while it is read. */
const MAX_FOUND = 1_000;
/** Milliseconds that a look of the first walk may take. */
const FIRST_WALK_BUDGET = 10_000;
/** Milliseconds from one look to the next at least, however many hints there are. */
const SHORTEST_PAUSE = 50;
/**
 * A pause is at least so many times as long as the look before it: a large source is looked at less often.
 */
const REST = 2;
/** Folders within folders: more can only be a loop of links. */
const MAX_DEPTH = 16;

export interface TreeSourceOptions {
  readonly log: Logger;
  /** Whether to read a file of this base name. @default - all */
  readonly accepts?: (name: string) => boolean;
  /** Seconds from one look to the next, at least. @default 1 for folders, 2 for servers */
  readonly intervalSeconds?: number;
}

export class TreeSource implements ArchiveSource {
  readonly address: string;
  private readonly seen = new SeenFiles();
  private readonly outage: SourceOutage;
  private readonly retries: Retries;
  private readonly holding = new Holding();
  /** Folders that the current walk has still to list, the next one last. */
  private toWalk: string[] = [];
  private walkIsComplete = true;
  private nextWalk = 0;
  private firstWalkDone = false;
  private listedOnce = false;
  private ignoredSome = false;
  /** Folders whose failure was logged. */
  private readonly unreadable = new Set<string>();
  private lookTook = 0;
  private hinted = false;
  private wake: (() => void) | undefined;

  constructor(
    private readonly tree: Tree,
    private readonly options: TreeSourceOptions,
  ) {
    this.address = tree.address;
    this.outage = new SourceOutage(options.log, tree.address);
    this.retries = new Retries(options.log);
    tree.onHint = () => {
      this.hinted = true;
      this.wake?.();
    };
  }

  get isReachable(): boolean {
    return this.outage.isOver;
  }

  get hasFoundAll(): boolean {
    return this.firstWalkDone;
  }

  async poll(signal: AbortSignal): Promise<readonly FoundArchive[]> {
    const began = Date.now();
    const found: ListedFile[] = [];
    this.hinted = false;
    try {
      await this.look(found, signal);
      this.outage.succeeded();
      found.push(...this.retries.due());
    } catch (error) {
      if (!signal.aborted) this.failed(error);
    }
    this.lookTook = Date.now() - began;
    if (signal.aborted) return [];
    return this.holding
      .release(found, this.tree.unfinished?.() ?? [])
      .map((file) => ({ file, key: sortKey(file.path) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ file }) => this.describe(file));
  }

  async pause(signal: AbortSignal): Promise<void> {
    if (signal.aborted || (this.outage.isOver && !this.firstWalkDone)) return;
    const began = Date.now();
    const atLeast = Math.max(SHORTEST_PAUSE, REST * this.lookTook);
    const { intervalSeconds } = this.options;
    const interval = intervalSeconds === undefined ? this.tree.pace.interval : intervalSeconds * 1_000;
    const rest = this.outage.isOver ? Math.max(interval, atLeast) : this.outage.pause;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.wake = undefined;
        resolve();
      };
      let timer = setTimeout(done, rest);
      signal.addEventListener('abort', done, { once: true });
      // Events of a folder that cannot be read mean nothing.
      if (!this.outage.isOver) return;
      this.wake = () => {
        clearTimeout(timer);
        timer = setTimeout(done, Math.max(0, began + atLeast - Date.now()));
      };
      if (this.hinted) this.wake();
    });
  }

  close(): Promise<void> {
    return this.tree.close();
  }

  private async look(found: ListedFile[], signal: AbortSignal): Promise<void> {
    for (const file of (await this.tree.settled?.()) ?? []) this.take(file, found);
    if (this.firstWalkDone) await this.listRecent('', found, signal);
    await this.walk(found, signal);
  }

  /** Lists the folders in which news are to be expected. */
  private async listRecent(folder: string, found: ListedFile[], signal: AbortSignal): Promise<void> {
    const listing = await this.list(folder, 'news', signal);
    for (const file of listing?.files ?? []) this.take(file, found);
    for (const child of recentFolders(listing?.folders ?? [])) await this.listRecent(child, found, signal);
  }

  /** Walks on through all folders, depth first. */
  private async walk(found: ListedFile[], signal: AbortSignal): Promise<void> {
    const { walkBudget, walkInterval } = this.tree.pace;
    const now = Date.now();
    if (this.toWalk.length === 0) {
      if (now < this.nextWalk) return;
      this.toWalk = [''];
      this.walkIsComplete = true;
      this.seen.beginWalk();
    }
    const until = now + (this.firstWalkDone ? walkBudget : FIRST_WALK_BUDGET);
    while (Date.now() < until && found.length < MAX_FOUND) {
      const folder = this.toWalk.at(-1);
      if (folder === undefined) break;
      const listing = await this.list(folder, 'all', signal);
      // Only now, so that an outage does not lose a folder.
      this.toWalk.pop();
      this.walkIsComplete &&= listing !== undefined;
      for (const file of listing?.files ?? []) this.take(file, found);
      this.toWalk.push(...inOrder(listing?.folders ?? []).reverse());
    }
    if (this.toWalk.length > 0) return;
    this.seen.endWalk(this.walkIsComplete);
    this.nextWalk = Date.now() + walkInterval;
    if (!this.firstWalkDone && this.seen.size === 0 && found.length === 0) {
      this.options.log.info(`${this.address} has no archives yet`);
    }
    this.firstWalkDone = true;
  }

  /** Undefined for a folder other than the root that cannot be read, which is logged once. */
  private async list(folder: string, mode: ListingMode, signal: AbortSignal): Promise<Listing | undefined> {
    signal.throwIfAborted();
    try {
      const listing = await this.tree.list(folder, mode, this.seen, signal);
      this.listedOnce = true;
      if (listing.ignored !== undefined) this.ignore(listing.ignored);
      if (this.unreadable.delete(folder)) {
        this.options.log.info(`${this.tree.locate(folder)} can be read again`);
      }
      return folder.split('/').length > MAX_DEPTH ? { ...listing, folders: [] } : listing;
    } catch (error) {
      if (folder === '' || !(error instanceof SourceFailure) || error.kind === 'outage') throw error;
      if (error.kind === 'refused' && !this.unreadable.has(folder)) {
        this.unreadable.add(folder);
        this.options.log.warn(
          `the folder ${this.tree.locate(folder)} is left out (${error.message}): trying again at each look`,
        );
      }
      return undefined;
    }
  }

  private take(file: ListedFile, found: ListedFile[]): void {
    const { accepts } = this.options;
    const isNew = this.seen.note(file.path, file.version);
    if (isNew && (accepts === undefined || accepts(file.name))) found.push(file);
  }

  private ignore(path: string): void {
    if (this.ignoredSome) return;
    this.ignoredSome = true;
    this.options.log.info(
      `${this.tree.locate(path)} and other files whose names are neither those of archives nor of bottles are left out`,
    );
  }

  private failed(error: unknown): void {
    if (!(error instanceof SourceFailure)) throw error;
    if (!this.listedOnce && error.kind !== 'outage') {
      throw new UserError('INPUT_UNREADABLE', `${this.address}: ${error.message}`, {
        fix: this.tree.fix,
        cause: error,
      });
    }
    this.outage.failed(error);
  }

  private describe(file: ListedFile): FoundArchive {
    const { name, path, modified } = file;
    return {
      name,
      path: this.tree.locate(path),
      modified,
      fetch: (signal) => this.fetch(file, signal),
    };
  }

  private async fetch(file: ListedFile, signal: AbortSignal): Promise<LocalArchive | undefined> {
    try {
      // During an outage, every archive would take its time to fail.
      if (this.outage.isOver) {
        const local = await this.tree.fetch(file, signal);
        this.retries.succeeded(file);
        return local;
      }
      this.retries.postponed(file);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof SourceFailure)) throw error;
      if (error.kind === 'outage') this.outage.failed(error);
      this.retries.failed(file, error, this.tree.locate(file.path));
    }
    return undefined;
  }
}
