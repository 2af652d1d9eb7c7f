import { formatNumber, formatValue, numberTicks, paddedRange } from '../../../viewer/page/number-ticks';
import { timeTicks } from '../../../viewer/page/time-ticks';

const texts = (start: number, end: number, most: number): string[] =>
  timeTicks(start, end, most).map(({ label, context }) => `${label} ${context}`.trim());

const JULY = Date.UTC(2021, 6, 1);
const DAY = 86_400_000;

test('the clock is shown, with the day at the first tick and where it changes', () => {
  expect(texts(JULY + DAY / 2, JULY + 1.5 * DAY, 5)).toEqual([
    '12:00 2021:182',
    '18:00',
    '00:00 2021:183',
    '06:00',
    '12:00',
  ]);
});

test('milliseconds are shown where ticks are less than a second apart', () => {
  expect(texts(JULY, JULY + 100, 2)).toEqual(['00:00:00.000 2021:182', '00:00:00.050', '00:00:00.100']);
});

test('days are shown by number and by date', () => {
  expect(texts(JULY, JULY + 2 * DAY, 3)).toEqual([
    '2021:182 2021-07-01',
    '2021:183 2021-07-02',
    '2021:184 2021-07-03',
  ]);
});

test('ticks that are years apart are at the beginnings of years, leap years or not', () => {
  expect(texts(Date.UTC(2019, 5, 1), Date.UTC(2022, 5, 1), 4)).toEqual([
    '2020:001 2020-01-01',
    '2021:001 2021-01-01',
    '2022:001 2022-01-01',
  ]);
});

test('there are never many more ticks than there is room for', () => {
  for (let length = 50; length < 4e12; length *= 1.7) {
    expect(timeTicks(JULY - length, JULY, 8).length).toBeLessThanOrEqual(9);
  }
});

test('ticks of counts are whole, those of strain have the decimals that tell them apart', () => {
  expect(numberTicks(48_116_350.4, 48_116_361, 5)).toEqual({
    values: [48_116_355, 48_116_360],
    decimals: 0,
  });
  expect(numberTicks(-0.03, 0.031, 4)).toEqual({ values: [-0.02, 0, 0.02], decimals: 2 });
});

test('an axis of a single value, or of none, is not empty', () => {
  expect(paddedRange(5e7, 5e7)).toEqual([5e7 - 1, 5e7 + 1]);
  expect(paddedRange(null, null)).toEqual([0, 1]);
});

test('numbers have thin spaces and a real minus sign, but no negative zero', () => {
  expect(formatNumber(-48_116_355.5, 1)).toBe('−48\u202f116\u202f355.5');
  expect(formatNumber(-0.001, 1)).toBe('0.0');
  expect(formatValue(null)).toBe('–');
});
