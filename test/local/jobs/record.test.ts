import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { lastState, readRecord, removeOutlived, writeRecord } from '../../../local/jobs/record';
import { flinkDataDir } from '../../../local/services/flink';
import { localSettings } from '../../../local/options';

const newSettings = () => localSettings({ stateDir: mkdtempSync(path.join(tmpdir(), 'record-')) }, {});
type Settings = ReturnType<typeof newSettings>;

const folder = (settings: Settings, ...names: string[]): string =>
  path.join(flinkDataDir(settings), 'checkpoints', ...names);

/** A checkpoint as Flink leaves it; one that was not completed has no metadata. */
function checkpoint(settings: Settings, job: string, number: number, completed = true): string {
  const dir = folder(settings, job, `chk-${number}`);
  mkdirSync(dir, { recursive: true });
  if (completed) writeFileSync(path.join(dir, '_metadata'), '');
  return pathToFileURL(dir).href;
}

test('a record is read as it was written, and is undefined when there is none', async () => {
  const settings = newSettings();
  expect(await readRecord(settings, 'clicks')).toBeUndefined();
  await writeRecord(settings, 'clicks', { hash: 'h', id: 'a', from: 'file:/x' });
  expect(await readRecord(settings, 'clicks')).toEqual({ hash: 'h', id: 'a', from: 'file:/x' });
});

describe('the last state of a job', () => {
  test('is the savepoint that it was stopped with', async () => {
    const settings = newSettings();
    checkpoint(settings, 'a', 7);
    expect(await lastState(settings, { hash: 'h', id: 'a', savepoint: 'file:/s' })).toBe('file:/s');
  });

  test('is otherwise its completed checkpoint with the highest number', async () => {
    const settings = newSettings();
    checkpoint(settings, 'a', 9);
    const last = checkpoint(settings, 'a', 10);
    checkpoint(settings, 'a', 11, false);
    expect(await lastState(settings, { hash: 'h', id: 'a', from: 'file:/f' })).toBe(last);
  });

  test('is otherwise the state that it started from', async () => {
    const record = { hash: 'h', id: 'a', from: 'file:/f' };
    expect(await lastState(newSettings(), record)).toBe('file:/f');
    expect(await lastState(newSettings(), { ...record, from: undefined })).toBeUndefined();
  });
});

describe('checkpoints that a job started from', () => {
  test('are deleted when it has its own', async () => {
    const settings = newSettings();
    const from = checkpoint(settings, 'before', 3);
    checkpoint(settings, 'a', 4);
    await removeOutlived(settings, { hash: 'h', id: 'a', from });
    expect(existsSync(folder(settings, 'before'))).toBe(false);
    expect(existsSync(folder(settings, 'a'))).toBe(true);
  });

  test('are kept when it has none', async () => {
    const settings = newSettings();
    const from = checkpoint(settings, 'before', 3);
    await removeOutlived(settings, { hash: 'h', id: 'a', from });
    expect(existsSync(folder(settings, 'before'))).toBe(true);
  });

  test('are kept when they are a savepoint', async () => {
    const settings = newSettings();
    checkpoint(settings, 'a', 4);
    const savepoint = path.join(flinkDataDir(settings), 'savepoints', 'savepoint-1');
    mkdirSync(savepoint, { recursive: true });
    await removeOutlived(settings, { hash: 'h', id: 'a', from: pathToFileURL(savepoint).href });
    expect(existsSync(savepoint)).toBe(true);
  });
});
