import type { ChannelSeries, SeriesAnswer } from '../../../viewer/api';
import { type DayRow, dayRows, runsOf, usualHeight } from '../../../viewer/page/day-rows';

const DAY = Date.UTC(2021, 6, 1);
const HOUR = 3_600_000;
const MINUTE = 60_000;

/** An answer in buckets of 10 min, at the given minutes of the day. */
function answer(minutes: readonly number[], series: Omit<ChannelSeries, 'name' | 'unit'>): SeriesAnswer {
  return {
    ...{ site: 'B009', session: 'Min', start: DAY, end: DAY + 24 * HOUR, intervalMs: 50, gaps: [] },
    bucketMs: 10 * MINUTE,
    time: minutes.map((minute) => DAY + minute * MINUTE),
    channels: [{ name: 'ls1_t0', unit: 'counts', ...series } as ChannelSeries],
  };
}

/** A row with the given range, of which nothing else counts. */
function row(range: number | undefined): DayRow {
  return { start: DAY, end: DAY + HOUR, place: [], min: [], max: [], covered: 0, range };
}

it('takes each row its own mean, and the envelope stays around it', () => {
  const rows = dayRows(
    answer([0, 10, 60, 70], { min: [9, 19, 100, 100], mean: [10, 20, 100, 102], max: [11, 23, 101, 105] }),
    DAY,
    'mean',
  );
  expect(rows).toHaveLength(24);
  expect(rows[0]).toMatchObject({ min: [-6, 4], max: [-4, 8], range: 14, covered: 1 / 3 });
  expect(rows[1]).toMatchObject({ start: DAY + HOUR, end: DAY + 2 * HOUR, min: [-1, -1], max: [0, 4] });
  expect(rows[2]).toMatchObject({ min: [], max: [], range: undefined, covered: 0 });
});

it('takes each row its own line', () => {
  const [first] = dayRows(
    answer([0, 10, 20], { min: [0, 9, 20], mean: [0, 10, 20], max: [2, 10, 20] }),
    DAY,
    'line',
  );
  expect(first).toMatchObject({ min: [0, -1, 0], max: [2, 0, 0] });
});

it('takes raw samples as their own envelope, and places them in their hour', () => {
  const raw = { ...answer([60, 90], { values: [3, 5] }), bucketMs: null, intervalMs: 10 * MINUTE };
  expect(dayRows(raw, DAY, 'mean')[1]).toMatchObject({ min: [-1, 1], max: [-1, 1], place: [1 / 12, 7 / 12] });
});

it('leaves out what buckets at the edges have of the days before and after', () => {
  const rows = dayRows(
    answer([-10, 0, 1430, 1440], { min: [1, 2, 3, 4], mean: [1, 2, 3, 4], max: [1, 2, 3, 4] }),
    DAY,
    'mean',
  );
  expect(rows[0]!.min).toEqual([0]);
  expect(rows[23]!.min).toEqual([0]);
});

it('breaks the trace at nulls and gaps', () => {
  const nothing = { values: [1, 1, null, 1, 1, 1] };
  const [first] = dayRows(answer([0, 10, 20, 30, 40, 59], nothing), DAY, 'mean');
  expect(runsOf(first!, 10 * MINUTE)).toEqual([
    { start: 0, end: 2 },
    { start: 3, end: 5 },
    { start: 5, end: 6 },
  ]);
});

it('has rows of the height that a usual hour fills, whatever one hour has', () => {
  expect(usualHeight([row(10), row(12), row(9), row(50_000), row(undefined), row(0)])).toBe(15);
  expect(usualHeight([row(0.0018)])).toBe(0.002);
  expect(usualHeight([row(0), row(undefined)])).toBe(1);
});
