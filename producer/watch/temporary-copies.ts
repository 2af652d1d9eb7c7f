import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SourceFailure } from './failure';
import type { LocalArchive } from './source';

/** Beginning of the folders' names; the process follows, then random characters. */
const PREFIX = 'strain-watch-';

/** Temporary copies of archives, each in a folder of its own, so that it can keep its name. */
export class TemporaryCopies {
  private folder: string | undefined;
  private count = 0;

  /** A path for a copy, which does not exist yet. Throws a SourceFailure when there is no place for it. */
  async reserve(name: string): Promise<LocalArchive> {
    let own: string;
    try {
      this.folder ??= await makeFolder();
      own = join(this.folder, String(++this.count));
      // Some systems remove old folders of temporary files.
      await mkdir(own, { recursive: true });
    } catch (error) {
      throw cannotStore(error);
    }
    return { path: join(own, name), release: () => rm(own, { recursive: true, force: true }) };
  }

  /** Removes all copies. */
  async close(): Promise<void> {
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }
}

/** The failure of an archive that was found, but cannot be copied to this machine. */
export function cannotStore(error: unknown): SourceFailure {
  return new SourceFailure('refused', `cannot be stored in ${tmpdir()}: ${(error as Error).message}`);
}

/** Also removes the folders of processes that were killed. */
async function makeFolder(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) {
      await rm(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
