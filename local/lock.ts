/**
 * Allows one set of services per state folder: `run.json` there says which process runs it and on which
 * ports.
 */
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
  /**
   * Start time of that process, as the system reports it. A later process with the same id has another one.
   */
  readonly began: string;
}

/** The process that runs the services, and their ports. */
export interface Run extends Holder {
  readonly ports: LocalPorts;
}

/**
 * Takes the lock of the services. Throws when another live process holds it. Returns a function that releases
 * it.
 */
export async function takeLock(settings: LocalSettings): Promise<() => void> {
  const file = lockFile(settings.stateDir);
  const other = await takeFile(file, { ports: settings.ports });
  if (other) {
    throw new UserError(
      'SERVICE_FAILED',
      `the services of ${settings.stateDir} are already running (pid ${other.pid})`,
      {
        fix: 'use them as they are, stop them first with `npm stop`, or give this start its own --state-dir and --port',
      },
    );
  }
  return () => {
    rmSync(file, { force: true });
  };
}

/** Creates a lock file for this process. Returns the holder when another live process has it. */
export async function takeFile(
  file: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Holder | undefined> {
  await mkdir(path.dirname(file), { recursive: true });
  const own: Holder = { pid: process.pid, began: (await beginning(process.pid)) ?? '', ...more };
  // Written under another name first, so that a reader never sees half a file.
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(own)}\n`);
  try {
    while (!(await linked(draft, file))) {
      const other = await findHolder(file);
      if (other) return other;
      // Left behind by a killed process.
      await rm(file, { force: true });
    }
    return undefined;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Links `file` to `draft`. False when `file` exists. */
async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that runs the services of a state folder; undefined when they are not running. */
export async function findRun(stateDir: string): Promise<Run | undefined> {
  return (await findHolder(lockFile(stateDir))) as Run | undefined;
}

/** The settings with the ports of the running services. Throws when no services are running. */
export async function runningServices(settings: LocalSettings): Promise<LocalSettings> {
  const run = await findRun(settings.stateDir);
  if (run) return { ...settings, ports: run.ports };
  throw new UserError('SERVICE_FAILED', `no services are running in ${settings.stateDir}`, {
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

/** Start time of a process; undefined when there is no process with that id. */
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
