import type { LiveRows, SeriesAnswer } from '../../../viewer/api';
import { mergeLive, trimmed } from '../../../viewer/page/live-merge';

/** A series of gauge 1 every second. */
const raw = (time: number[], values: (number | null)[]): SeriesAnswer => ({
  site: 'B009',
  session: 'Hour',
  start: 0,
  end: 10_000,
  intervalMs: 1000,
  bucketMs: null,
  time,
  channels: [{ name: 'ls1_t0', unit: 'counts', values }],
  gaps: [],
});

const buckets = (time: number[], mean: (number | null)[], bucketMs = 10_000): SeriesAnswer => ({
  ...raw(time, []),
  bucketMs,
  channels: [{ name: 'ls1_t0', unit: 'counts', min: mean, max: mean, mean }],
});

const rows = (time: number[], values: (number | null)[], name = 'ls1_t0'): LiveRows => ({
  bucketMs: null,
  time,
  channels: [{ name, unit: 'counts', values }],
});

test('rows are appended to raw samples', () => {
  const merged = mergeLive(raw([0, 1000], [7, 8]), rows([2000, 3000], [9, null]));
  expect(merged).toMatchObject({ time: [0, 1000, 2000, 3000], channels: [{ values: [7, 8, 9, null] }] });
});

test('rows that are there already are left out', () => {
  const series = raw([0, 1000], [7, 8]);
  expect(mergeLive(series, rows([0], [1]))).toBe(series);
  expect(mergeLive(series, rows([0, 1000, 2000], [1, 8, 9]))).toMatchObject({
    time: [0, 1000, 2000],
    channels: [{ values: [7, 8, 9] }],
  });
});

test('another channel of the last row does not take away what it has', () => {
  const merged = mergeLive(raw([0, 1000], [7, 8]), rows([1000], [5], 'ls2_t0'));
  expect(merged?.channels).toMatchObject([{ name: 'ls1_t0', values: [7, 8] }]);
});

test('a gap before the rows is counted', () => {
  const merged = mergeLive(raw([0, 1000], [7, 8]), rows([6000], [9]));
  expect(merged?.gaps).toEqual([{ start: 1000, end: 6000, missing: 4 }]);
});

test('rows widen the last bucket, weigh in its mean, and begin new buckets', () => {
  const merged = mergeLive(buckets([0], [10]), rows([3000, 10_000, 11_000], [14, 20, 22]));
  expect(merged).toMatchObject({
    time: [0, 10_000],
    channels: [{ min: [10, 20], max: [14, 22], mean: [11, 21] }],
  });
});

test('a missing sample leaves a bucket as it is', () => {
  expect(mergeLive(buckets([0], [10]), rows([1000], [null]))?.channels).toMatchObject([{ mean: [10] }]);
});

test('the series is asked for again when the rows come in wider buckets', () => {
  const wide: LiveRows = { ...buckets([20_000], [1], 20_000) };
  expect(mergeLive(raw([0], [7]), wide)).toBeUndefined();
  expect(mergeLive(buckets([0], [7]), wide)).toBeUndefined();
});

test('what is left behind is dropped, except for the instant that the line comes from', () => {
  const series = raw([0, 1000, 2000, 3000], [1, 2, 3, 4]);
  expect(trimmed(series, 2000)).toMatchObject({
    start: 1000,
    time: [1000, 2000, 3000],
    channels: [{ values: [2, 3, 4] }],
  });
  expect(trimmed(series, 0)).toBe(series);
});
