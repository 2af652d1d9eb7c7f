import {
  dayOfYear,
  formatAge,
  formatInstant,
  formatLength,
  parseInstant,
} from '../../../viewer/page/time-text';

const JULY = Date.UTC(2021, 6, 1);
const HOUR = 3_600_000;

test('an instant has its day of the year, and milliseconds where there are some', () => {
  expect(formatInstant(JULY)).toBe('2021-07-01 (182) 00:00:00');
  expect(formatInstant(JULY + 50)).toBe('2021-07-01 (182) 00:00:00.050');
});

test('the last day of a leap year is the 366th', () => {
  expect(dayOfYear(Date.UTC(2020, 11, 31, 23, 59, 59))).toBe(366);
});

test.each([
  ['2021-07-01', JULY],
  ['2021:182', JULY],
  ['2021:182 12:30', JULY + 12.5 * HOUR],
  ['2021-07-01T12:30:05.050Z', JULY + 12.5 * HOUR + 5050],
  ['2021-07-01 (182) 00:00:00.050', JULY + 50],
  ['2021-02-30', undefined],
  ['2021:366', undefined],
  ['2021:182 24:00', undefined],
  ['yesterday', undefined],
])('reads %s', (text, time) => {
  expect(parseInstant(text)).toBe(time);
});

test.each([
  [50, '50 ms'],
  [600_000, '10 min'],
  [36 * HOUR, '1.5 d'],
])('%d ms are %s long', (ms, text) => {
  expect(formatLength(ms)).toBe(text);
});

test.each([
  [400, 'now'],
  [3000, '3 s'],
  [2 * HOUR + 300_000, '2 h 5 min'],
  [77 * HOUR, '3 d 5 h'],
  [12 * 24 * HOUR + HOUR, '12 d'],
])('%d ms are %s old', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});
