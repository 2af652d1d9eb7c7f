/** Resident memory of process groups. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Resident bytes of this process and of the process groups `groups`. On Linux, shared memory is counted once
 * (PSS); elsewhere it is counted for each process (RSS).
 */
export async function residentBytes(groups: readonly number[]): Promise<number> {
  if (process.platform !== 'linux') return byPs(groups);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const sizes = await Promise.all(
    pids.map(async (pid) => (isOurs(pid, await groupOf(pid), groups) ? proportional(pid) : 0)),
  );
  return sizes.reduce((a, b) => a + b, 0);
}

function isOurs(pid: string, group: number, groups: readonly number[]): boolean {
  return Number(pid) === process.pid || groups.includes(group);
}

async function groupOf(pid: string): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name, in brackets, can hold spaces; after it come state, parent, group.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

async function proportional(pid: string): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
}

async function byPs(groups: readonly number[]): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,pgid=,rss=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([pid = '', group]) => isOurs(pid, Number(group), groups))
    .reduce((sum, [, , kib]) => sum + Number(kib) * 1024, 0);
}
