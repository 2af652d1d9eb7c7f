import fc from 'fast-check';

import { timestampFormatter } from '../../../producer/rows/timestamp';

test('whole seconds have no fraction', () => {
  expect(timestampFormatter()(Date.UTC(2021, 6, 1))).toBe('2021-07-01 00:00:00');
});

test('milliseconds stand with three digits when they are not zero', () => {
  const format = timestampFormatter();
  expect(format(Date.UTC(2021, 6, 1, 23, 59, 59, 50))).toBe('2021-07-01 23:59:59.050');
  expect(format(Date.UTC(2021, 6, 1, 23, 59, 59, 50) + 950)).toBe('2021-07-02 00:00:00');
});

test('any instant from 1960 to 2100 reads as ISO 8601 does, whatever came before it', () => {
  const format = timestampFormatter();
  const instant = fc.integer({ min: Date.UTC(1960, 0), max: Date.UTC(2100, 0) });
  fc.assert(
    fc.property(instant, (time) => {
      const iso = new Date(time).toISOString().replace('T', ' ').replace('Z', '');
      expect(format(time)).toBe(iso.replace('.000', ''));
    }),
  );
});
