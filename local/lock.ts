/** One set of services to a state folder: who runs it, and where it listens, stands in `run.json` there. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { StartError } from './errors';
import type { LocalPorts, LocalSettings } from './settings';

/** Who holds the lock. */
export interface Run {
  readonly pid: number;
  /** When that process began, as the system tells it; a later process of the same number has another. */
  readonly began: string;
  readonly ports: LocalPorts;
}

/** Takes the lock, or throws when another process that is alive has it. Returns what gives it back. */
export async function takeLock(settings: LocalSettings): Promise<() => void> {
  const file = lockFile(settings.stateDir);
  await mkdir(settings.stateDir, { recursive: true });
  const began = (await beginning(process.pid)) ?? '';
  const own: Run = { pid: process.pid, began, ports: settings.ports };
  // Written whole under another name first: a reader never sees half of it.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(own)}\n`);
  try {
    while (!(await linked(draft, file))) {
      const other = await findRun(settings.stateDir);
      if (other) {
        throw new StartError(
          `the services of ${settings.stateDir} run already (pid ${other.pid})`,
          'use them as they are, stop them first with `npm stop`, or give this start its own --state-dir and --port',
        );
      }
      // Left by a process that was killed.
      await rm(file, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
  return () => {
    rmSync(file, { force: true });
  };
}

/** Makes `file` a second name of `draft`; false when there is a file of that name. */
async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that runs the services of a state folder; undefined when none does. */
export async function findRun(stateDir: string): Promise<Run | undefined> {
  const text = await readFile(lockFile(stateDir), 'utf8').catch(() => '');
  const run = parse(text);
  if (!run) return undefined;
  return (await beginning(run.pid)) === run.began ? run : undefined;
}

function parse(text: string): Run | undefined {
  try {
    return JSON.parse(text) as Run;
  } catch {
    return undefined;
  }
}

function lockFile(stateDir: string): string {
  return path.join(stateDir, 'run.json');
}

/** When a process began; undefined when there is none of that number. */
async function beginning(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The name, in brackets, can hold spaces; after it come the state, and as the 20th field the start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() || undefined;
}
