import { type FSWatcher, watch } from 'node:fs';

/** The most folders that are followed. */
const MAX_FOLLOWED = 200;
/** Milliseconds after which a folder that nobody asked for can be given up for another. */
const UNUSED = 60_000;

interface Followed {
  readonly watcher: FSWatcher;
  /** When it was last asked for, milliseconds of `performance.now`. */
  readonly asked: number;
}

/**
 * Hints that something has changed in a folder. They may be missing, late or wrong: the scan does not depend
 * on them.
 */
export class FolderEvents {
  /** Those asked for longest ago come first. */
  private readonly followed = new Map<string, Followed>();

  constructor(private readonly onChange: () => void) {}

  /** Follows a folder from now on, not those below it, if there is room for it. */
  follow(folder: string): void {
    const known = this.followed.get(folder);
    this.followed.delete(folder);
    const watcher = known?.watcher ?? (this.hasRoom() ? this.open(folder) : undefined);
    if (watcher) this.followed.set(folder, { watcher, asked: performance.now() });
  }

  /** Stops following a folder. */
  forget(folder: string): void {
    this.followed.get(folder)?.watcher.close();
    this.followed.delete(folder);
  }

  close(): void {
    for (const folder of [...this.followed.keys()]) this.forget(folder);
  }

  private hasRoom(): boolean {
    if (this.followed.size < MAX_FOLLOWED) return true;
    const [[oldest, { asked }] = ['', { asked: Infinity }]] = this.followed;
    if (performance.now() - asked < UNUSED) return false;
    this.forget(oldest);
    return true;
  }

  /** Undefined when the system has no more watches, or the file system has none. */
  private open(folder: string): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: false }, (type, name) => {
        // A new name. Each write of a file would be a 'change'.
        if (type === 'rename' && name?.startsWith('.') !== true) this.onChange();
      });
      return watcher.on('error', () => this.forget(folder));
    } catch {
      return undefined;
    }
  }
}
