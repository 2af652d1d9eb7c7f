import { GAUGES, gaugeCounts, REFERENCE_INSTANT } from '../../../producer/sample/gauge';

const DAY = 86_400_000;
type Counts = readonly (number | null)[];
const present = (counts: Counts): number[] => counts.filter((count) => count !== null);

test("the original demo's counts at 00:00:00", () => {
  expect(gaugeCounts('B009', 0, 'Hour', REFERENCE_INSTANT, 1)).toEqual([48_116_355]);
  expect(gaugeCounts('B009', 1, 'Hour', REFERENCE_INSTANT, 1)).toEqual([49_196_540]);
});

test('a period equals the same period of a longer one', () => {
  const whole = gaugeCounts('B018', 2, 'Min', REFERENCE_INSTANT, 72_000);
  for (const [from, count] of [
    [0, 1],
    [1_199, 2],
    [32_700, 1_000],
    [47_000, 25_000],
  ] as const) {
    const part = gaugeCounts('B018', 2, 'Min', REFERENCE_INSTANT + from * 50, count);
    expect(part).toEqual(whole.slice(from, from + count));
  }
});

test.each(GAUGES)('the sessions of gauge %i agree at shared instants, up to their noise', (gauge) => {
  const hour = gaugeCounts('B009', gauge, 'Hour', REFERENCE_INSTANT, 3_600);
  const min = gaugeCounts('B009', gauge, 'Min', REFERENCE_INSTANT, 72_000);
  const day = gaugeCounts('B009', gauge, 'Day', REFERENCE_INSTANT, 6);
  const disagree = (slow: Counts, fast: Counts, ratio: number, limit: number) =>
    slow.flatMap((count, i) => {
      const other = fast[i * ratio]!;
      const same = count === null || other === null ? count === other : Math.abs(count - other) <= limit;
      return same ? [] : [{ i, count, other }];
    });
  expect(disagree(hour, min, 20, 3.5 * (1.2 + 2.6) + 1)).toEqual([]);
  expect(disagree(day, hour, 600, 3.5 * (0.6 + 1.2) + 1)).toEqual([]);
});

test('tides and pressure: a month spans some thousand counts', () => {
  const month = present(gaugeCounts('B009', 2, 'Day', REFERENCE_INSTANT, 30 * 144));
  const span = Math.max(...month) - Math.min(...month);
  expect(span).toBeGreaterThan(1_000);
  expect(span).toBeLessThan(10_000);
});

test('a creep step at 00:27:13.250 that stays', () => {
  const before = present(gaugeCounts('B009', 2, 'Min', REFERENCE_INSTANT + 27 * 60_000, 265));
  const after = present(gaugeCounts('B009', 2, 'Min', REFERENCE_INSTANT + 29 * 60_000, 265));
  const mean = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0) / counts.length;
  expect(mean(after) - mean(before)).toBeGreaterThan(30);
});

test('gaps: only gauge 2 for 30 s, all for 20 s, and on Fridays for half an hour', () => {
  const missing = (gauge: 0 | 2, start: number): number =>
    gaugeCounts('B009', gauge, 'Hour', start, 3_600).filter((count) => count === null).length;
  expect(missing(0, REFERENCE_INSTANT)).toBe(20);
  expect(missing(2, REFERENCE_INSTANT)).toBe(50);
  expect(missing(0, REFERENCE_INSTANT + 14 * 3_600_000)).toBe(0);
  expect(missing(0, REFERENCE_INSTANT + DAY + 14 * 3_600_000)).toBe(1_800);
});
