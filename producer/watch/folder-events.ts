import { type FSWatcher, watch } from 'node:fs';

/** The most folders that are followed; those that were asked for longest ago are given up first. */
const MAX_FOLLOWED = 200;

/**
 * Hints that something has changed in a folder. They may be missing, late or wrong: the scan does not depend
 * on them.
 */
export class FolderEvents {
  private readonly watchers = new Map<string, FSWatcher>();

  constructor(private readonly onChange: () => void) {}

  /** Follows a folder from now on, not those below it. */
  follow(folder: string): void {
    const known = this.watchers.get(folder);
    if (known) {
      // The newest last.
      this.watchers.delete(folder);
      this.watchers.set(folder, known);
      return;
    }
    try {
      const watcher = watch(folder, { persistent: false }, (type, name) => {
        // A new name. Each write of a file would be a 'change'.
        if (type === 'rename' && name?.startsWith('.') !== true) this.onChange();
      });
      watcher.on('error', () => this.forget(folder));
      this.watchers.set(folder, watcher);
    } catch {
      // The system has no more watches, or this file system has none.
    }
    const [oldest] = this.watchers.keys();
    if (oldest !== undefined && this.watchers.size > MAX_FOLLOWED) this.forget(oldest);
  }

  close(): void {
    for (const folder of [...this.watchers.keys()]) this.forget(folder);
  }

  /** Stops following a folder. */
  forget(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }
}
