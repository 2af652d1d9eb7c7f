import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeBottle } from '../../../producer/bottle/bottle';
import { parseBottleName } from '../../../producer/bottle/name';
import { minuteBottles } from '../../../producer/sample/bottles';
import { LiveClock, planLive, type LivePlan } from '../../../producer/sample/live';

/** 2026-11-27 (day 331) 17:29:20 UTC. */
const NOW = Date.UTC(2026, 10, 27, 17, 29, 20);

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'live-'))));
afterEach(() => rmSync(root, { recursive: true }));

/** The first archives of a plan: `FOLDER/NAME`, and the end of the period. */
async function first(count: number, plan: LivePlan = {}, now = NOW): Promise<[string, string][]> {
  const { archives } = await planLive(root, plan, now);
  return Array.from({ length: count }, () => {
    const { archive, folder, end } = archives.next().value;
    return [`${folder}/${archive.name}`, new Date(end).toISOString().slice(0, 16)];
  });
}

/** Leaves a file as an earlier run did. */
function existing(path: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), '');
}

test('begins with the last periods that are over, then goes on by the end of each period', async () => {
  expect(await first(5)).toEqual([
    ['B009/2026/330/B00926330Day.tgz', '2026-11-27T00:00'],
    ['B009/2026/331/B0092633116.tgz', '2026-11-27T17:00'],
    ['B009/2026/331/B009263311728_20.tgz', '2026-11-27T17:29'],
    ['B009/2026/331/B009263311729_20.tgz', '2026-11-27T17:30'],
    ['B009/2026/331/B009263311730_20.tgz', '2026-11-27T17:31'],
  ]);
});

test('at the end of a year: stations in turn, each session when its period is over', async () => {
  const plan = { stations: ['B009', 'B018'] };
  const names = (await first(14, plan, Date.UTC(2026, 11, 31, 23, 58, 1))).map(([name]) => name);
  expect(names.slice(6)).toEqual([
    'B009/2026/365/B009263652358_20.tgz',
    'B018/2026/365/B018263652358_20.tgz',
    'B009/2026/365/B00926365Day.tgz',
    'B009/2026/365/B0092636523.tgz',
    'B009/2026/365/B009263652359_20.tgz',
    'B018/2026/365/B01826365Day.tgz',
    'B018/2026/365/B0182636523.tgz',
    'B018/2026/365/B018263652359_20.tgz',
  ]);
});

test('a restart fills up the minutes since the newest archive', async () => {
  existing('B009/2026/331/B009263311725_20.tgz');
  expect(await first(4, { sessions: ['Min'] })).toEqual([
    ['B009/2026/331/B009263311726_20.tgz', '2026-11-27T17:27'],
    ['B009/2026/331/B009263311727_20.tgz', '2026-11-27T17:28'],
    ['B009/2026/331/B009263311728_20.tgz', '2026-11-27T17:29'],
    ['B009/2026/331/B009263311729_20.tgz', '2026-11-27T17:30'],
  ]);
});

test('what is older than a day is not filled up', async () => {
  existing('B009/2026/330/B009263301725_20.tgz');
  expect(await first(1, { sessions: ['Min'] })).toEqual([
    ['B009/2026/331/B009263311728_20.tgz', '2026-11-27T17:29'],
  ]);
});

test('after a run that was ahead of the system clock, the clock starts where that run ended', async () => {
  existing('B009/2026/331/B009263311958_20.tgz');
  existing('B018/2026/331/B018263311957_20.tgz');
  const plan: LivePlan = { stations: ['B009', 'B018'], sessions: ['Min'] };
  expect((await planLive(root, plan, NOW)).start).toBe(Date.UTC(2026, 10, 27, 19, 59));
  expect((await first(2, plan)).map(([name]) => name)).toEqual([
    'B018/2026/331/B018263311958_20.tgz',
    'B009/2026/331/B009263311959_20.tgz',
  ]);
});

test('the signal goes on over the border of two archives', () => {
  const samplesOf = (minute: number): number[] =>
    minuteBottles('B009', minute)
      .filter(({ name }) => name.includes('CH0'))
      .flatMap(({ name, data }) => [...decodeBottle(parseBottleName(name)!, data).values]);
  const minute = Math.floor(NOW / 60_000) * 60_000;
  const samples = [...samplesOf(minute), ...samplesOf(minute + 60_000)];
  const steps = samples.slice(1).map((value, i) => Math.abs(value - samples[i]!));
  expect(samples).toHaveLength(2_400);
  // Noise of 2.6 counts, at most 3.5 times that, on either side.
  expect(Math.max(...steps)).toBeLessThan(2 * 3.5 * 2.6 + 2);
});

test('a clock of speed 600 shows a minute after a tenth of a second, not before', async () => {
  const clock = new LiveClock(NOW, 600);
  const began = Date.now();
  await clock.reach(NOW + 60_000, new AbortController().signal);
  const took = Date.now() - began;
  expect(took).toBeGreaterThanOrEqual(100);
  expect(clock.now).toBeGreaterThanOrEqual(NOW + 60_000);
  expect(took).toBeLessThan(5_000);
});

test('a folder that it cannot read is an error, not an empty one', async () => {
  writeFileSync(join(root, 'B009'), 'a file');
  await expect(first(1)).rejects.toThrow('ENOTDIR');
  expect(readdirSync(root)).toEqual(['B009']);
});
