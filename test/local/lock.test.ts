import { mkdtempSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findRun, takeLock } from '../../local/lock';
import { localSettings } from '../../local/options';

const newSettings = () => localSettings({ stateDir: mkdtempSync(path.join(tmpdir(), 'lock-')) }, {});

test('a second start fails and names the holder until the lock is released', async () => {
  const settings = newSettings();
  const giveBack = await takeLock(settings);
  expect(await findRun(settings.stateDir)).toMatchObject({ pid: process.pid, ports: settings.ports });
  await expect(takeLock(settings)).rejects.toThrow(`are already running (pid ${process.pid})`);
  giveBack();
  expect(await findRun(settings.stateDir)).toBeUndefined();
  (await takeLock(settings))();
});

test('of many processes at once, only one takes it', async () => {
  const settings = newSettings();
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(settings)));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await readdir(settings.stateDir)).toEqual(['run.json']);
});

test.each([
  ['a process that has ended', JSON.stringify({ pid: 2 ** 22 + 1, began: '1', ports: {} })],
  [
    'a process whose id another process has now',
    JSON.stringify({ pid: process.pid, began: 'before', ports: {} }),
  ],
  ['a write that was cut off', '{"pid":'],
])('takes over a lock left by %s', async (_, left) => {
  const settings = newSettings();
  writeFileSync(path.join(settings.stateDir, 'run.json'), left);
  expect(await findRun(settings.stateDir)).toBeUndefined();
  (await takeLock(settings))();
});
