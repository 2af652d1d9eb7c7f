import type { SeriesAnswer } from '../../../viewer/api';
import { closest, tracesOf } from '../../../viewer/page/traces';

const answer = (change: Partial<SeriesAnswer>): SeriesAnswer => ({
  site: 'B009',
  session: 'Hour',
  start: 0,
  end: 100_000,
  intervalMs: 1000,
  bucketMs: null,
  time: [0, 1000, 5000],
  channels: [{ name: 'ls1_t0', unit: 'counts', values: [1, 2, 3] }],
  gaps: [{ start: 1000, end: 5000, missing: 3 }],
  ...change,
});

test('a line is broken at a gap', () => {
  expect(tracesOf(answer({}))).toMatchObject({
    time: [0, 1000, 3000, 5000],
    channels: [{ line: [1, 2, null, 3] }],
  });
});

test('one missing instant is not a gap, as for the server', () => {
  expect(tracesOf(answer({ time: [0, 1000, 3000] })).time).toEqual([0, 1000, 3000]);
});

test('buckets are broken where one has no row, and not at a gap within them', () => {
  const channels = [{ name: 'ls1_t0', unit: 'counts', min: [1, 2, 3], max: [3, 4, 5], mean: [2, 3, 4] }];
  const traces = tracesOf(answer({ bucketMs: 10_000, time: [0, 10_000, 30_000], channels }));
  expect(traces.channels).toEqual([
    {
      name: 'ls1_t0',
      unit: 'counts',
      line: [2, 3, null, 4],
      envelope: { min: [1, 2, null, 3], max: [3, 4, null, 5] },
    },
  ]);
});

test.each([
  [-5, 0],
  [4, 0],
  [6, 1],
  [999, 2],
])('the sample that is closest to %d', (at, index) => {
  expect(closest([0, 10, 20], at)).toBe(index);
});
