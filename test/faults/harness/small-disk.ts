/** A file system of its own, which can be filled without harm to the machine. */
import { execFile } from 'node:child_process';
import { mkdir, statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Attempts to fill it while others write. */
const ATTEMPTS = 20;

/** How long those who use it may take to end before it is unmounted, milliseconds. */
const UNMOUNT_LIMIT = 10_000;

/** A file system in memory. */
export class SmallDisk {
  private constructor(
    readonly folder: string,
    private readonly megabytes: number,
  ) {}

  /** @returns undefined when the machine does not allow it: it is Linux that lets root do so */
  static async mount(folder: string, megabytes: number): Promise<SmallDisk | undefined> {
    await mkdir(folder, { recursive: true });
    const { uid = 0, gid = 0 } = { uid: process.getuid?.(), gid: process.getgid?.() };
    const options = `size=${megabytes}m,uid=${uid},gid=${gid}`;
    try {
      await asRoot('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder);
      return new SmallDisk(folder, megabytes);
    } catch {
      return undefined;
    }
  }

  /** Leaves no room, by making it as large as what is on it. */
  async fill(): Promise<void> {
    for (let left = ATTEMPTS; ; left--) {
      const { blocks, bfree, bsize } = await statfs(this.folder);
      try {
        // 0 would mean no limit.
        await this.resize(`${Math.max(1, blocks - bfree) * bsize}`);
        return;
      } catch (error) {
        // Something was written meanwhile, so it would be too small.
        if (left === 0) throw error;
      }
    }
  }

  /** Makes room again. */
  free(): Promise<void> {
    return this.resize(`${this.megabytes}m`);
  }

  /** Waits for processes that are ending to let go of it. */
  async unmount(): Promise<void> {
    for (const began = Date.now(); ; await sleep(200)) {
      try {
        await asRoot('umount', this.folder);
        return;
      } catch (error) {
        if (Date.now() - began > UNMOUNT_LIMIT) throw error;
      }
    }
  }

  private async resize(size: string): Promise<void> {
    await asRoot('mount', '-o', `remount,size=${size}`, this.folder);
  }
}

/** As root if this is root, else by sudo where it asks for no password. */
async function asRoot(...command: readonly [string, ...string[]]): Promise<void> {
  const [program, ...args] = process.getuid?.() === 0 ? command : (['sudo', '-n', ...command] as const);
  await run(program, args);
}
