/** The command as a process: pipes, signals, memory. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { bottle, folderOf } from './helpers';

const BIN = join(__dirname, '../../producer/bin/strain-producer.js');

/** Runs a shell line in which `strain-producer` is the command. */
function shell(line: string) {
  const script = `strain-producer() { "${process.execPath}" "${BIN}" "$@"; }; ${line}`;
  return spawnSync('bash', ['-c', script], { encoding: 'utf8' });
}

test('a reader that has had enough (head) ends it quietly', () => {
  const samples = new Array<number>(200_000).fill(7);
  const folder = folderOf({ B00921182CH0: bottle({ samples, interval: 400 }) });
  const { stdout, stderr, status } = shell(`set -o pipefail; strain-producer parse ${folder} | head -1`);
  expect({ lines: stdout.split('\n').length, stderr, status }).toEqual({ lines: 2, stderr: '', status: 0 });
});

test('a full disk is reported', () => {
  const folder = folderOf({ B0092118200CH0: bottle() });
  const { stderr, status } = shell(`strain-producer parse ${folder} > /dev/full`);
  expect(stderr).toContain('standard output: ENOSPC');
  expect(status).toBe(1);
});

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('%s while it waits for standard input: the summary, and exit code %i', async (signal, code) => {
  const child = spawn(process.execPath, [BIN, 'parse', '-']);
  const stderr = text(child.stderr);
  // Ready once it listens; a signal before that would be the system's to handle.
  child.stdin.write(bottle().subarray(0, 10));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([code, null]);
  expect(await stderr).toMatch(/0 damaged\n$/);
});

test('SIGTERM while the program is loaded ends it as it does later', () => {
  const folder = folderOf({ B0092118200CH0: bottle() });
  const { status, signal } = spawnSync(
    process.execPath,
    ['--require', join(__dirname, 'signal-at-load.js'), BIN, 'parse', folder],
    { encoding: 'utf8' },
  );
  expect({ status, signal }).toEqual({ status: 143, signal: null });
});

test('a 20 Hz day stays below 250 MB, and two of them take no more than one', () => {
  const folder = folderOf({});
  shell(`strain-producer sample ${folder} --days 2 --session Min`);
  const peak = (paths: string): number => {
    const { stdout, stderr, status } = shell(
      `strain-producer --log-format json parse ${paths} 2>&1 >/dev/null | tail -1`,
    );
    const { summary } = JSON.parse(stdout) as { summary: { rows: number; peakMemoryBytes: number } };
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(summary.rows).toBeGreaterThan(1_600_000);
    return summary.peakMemoryBytes;
  };
  const one = peak(`${folder}/B00921182_20.tar`);
  const two = peak(folder);
  expect(one).toBeLessThan(250e6);
  expect(two).toBeLessThan(Math.min(250e6, one + 40e6));
}, 120_000);
