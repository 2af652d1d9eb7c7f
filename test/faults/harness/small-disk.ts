/** A file system of its own, which can be filled without harm to the machine. */
import { execFile } from 'node:child_process';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const FILLER = 'filler';

/** A file system in memory. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** @returns undefined when the machine does not allow it: it is Linux that lets root do so */
  static async mount(folder: string, megabytes: number): Promise<SmallDisk | undefined> {
    await mkdir(folder, { recursive: true });
    const { uid = 0, gid = 0 } = { uid: process.getuid?.(), gid: process.getgid?.() };
    const options = `size=${megabytes}m,uid=${uid},gid=${gid}`;
    try {
      await asRoot('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder);
      return new SmallDisk(folder);
    } catch {
      return undefined;
    }
  }

  /** Leaves no room. */
  async fill(): Promise<void> {
    const file = await open(path.join(this.folder, FILLER), 'w');
    try {
      const { bavail, bsize } = await statfs(this.folder);
      const block = Buffer.alloc(bsize);
      // Others may write, too, until there is no room.
      for (let i = 0; i < bavail; i++) await file.write(block);
      for (;;) await file.write(block);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await file.close();
    }
  }

  /** Makes room again. */
  free(): Promise<void> {
    return rm(path.join(this.folder, FILLER), { force: true });
  }

  async unmount(): Promise<void> {
    await asRoot('umount', this.folder);
  }
}

/** As root if this is root, else by sudo where it asks for no password. */
async function asRoot(...command: readonly [string, ...string[]]): Promise<void> {
  const [program, ...args] = process.getuid?.() === 0 ? command : (['sudo', '-n', ...command] as const);
  await run(program, args);
}
