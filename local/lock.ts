/** One set of services to a state folder: who runs it, and where it listens, stands in `run.json` there. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../contract/user-error';
import type { LocalPorts, LocalSettings } from './settings';

/** A process that holds a lock. */
export interface Holder {
  readonly pid: number;
  /** When that process began, as the system tells it; a later process of the same number has another. */
  readonly began: string;
}

/** Who runs the services, and where they listen. */
export interface Run extends Holder {
  readonly ports: LocalPorts;
}

/** Takes the lock of the services, or throws when another process that is alive has it. Returns what gives it back. */
export async function takeLock(settings: LocalSettings): Promise<() => void> {
  const file = lockFile(settings.stateDir);
  const other = await takeFile(file, { ports: settings.ports });
  if (other) {
    throw new UserError(
      'SERVICE_FAILED',
      `the services of ${settings.stateDir} run already (pid ${other.pid})`,
      {
        fix: 'use them as they are, stop them first with `npm stop`, or give this start its own --state-dir and --port',
      },
    );
  }
  return () => {
    rmSync(file, { force: true });
  };
}

/** Makes a file that says that this process holds it. Gives who holds it when that is another process that is alive. */
export async function takeFile(
  file: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Holder | undefined> {
  await mkdir(path.dirname(file), { recursive: true });
  const own: Holder = { pid: process.pid, began: (await beginning(process.pid)) ?? '', ...more };
  // Written whole under another name first: a reader never sees half of it.
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(own)}\n`);
  try {
    while (!(await linked(draft, file))) {
      const other = await findHolder(file);
      if (other) return other;
      // Left by a process that was killed.
      await rm(file, { force: true });
    }
    return undefined;
  } finally {
    await rm(draft, { force: true });
  }
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
  return (await findHolder(lockFile(stateDir))) as Run | undefined;
}

/** The settings with the ports that the running services listen on, whatever they were started with. Throws when none run. */
export async function runningServices(settings: LocalSettings): Promise<LocalSettings> {
  const run = await findRun(settings.stateDir);
  if (run) return { ...settings, ports: run.ports };
  throw new UserError('SERVICE_FAILED', `no services run in ${settings.stateDir}`, {
    fix: 'start them first, in another terminal: npm start',
  });
}

async function findHolder(file: string): Promise<Holder | undefined> {
  const holder = parse(await readFile(file, 'utf8').catch(() => ''));
  if (!holder) return undefined;
  return (await beginning(holder.pid)) === holder.began ? holder : undefined;
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
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
