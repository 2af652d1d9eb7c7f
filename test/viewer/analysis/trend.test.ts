import * as fc from 'fast-check';

import { removeMean, removeTrend } from '../../../viewer/analysis/trend';

const NOON = Date.UTC(2021, 6, 1, 12);

describe('removeMean', () => {
  it('takes the mean of the samples, and leaves nulls', () => {
    expect(removeMean([1, null, 3])).toEqual([-1, null, 1]);
    expect(removeMean([null, null])).toEqual([null, null]);
    expect(removeMean([])).toEqual([]);
  });
});

describe('removeTrend', () => {
  it('takes the least-squares line', () => {
    // The line through (0, 0), (1, 3), (2, 0) is flat, at 1.
    expect(removeTrend([0, 1, 2], [0, 3, 0])).toEqual([-1, 2, -1]);
  });

  it('places samples by their time, and nulls do not count', () => {
    expect(removeTrend([0, 1, 5, 10], [0, 2, null, 20])).toEqual([0, 0, null, 0]);
  });

  it('takes the mean where there is no slope to find', () => {
    expect(removeTrend([NOON], [7])).toEqual([0]);
    expect(removeTrend([NOON, NOON], [6, 8])).toEqual([-1, 1]);
    expect(removeTrend([NOON], [null])).toEqual([null]);
  });

  it('rejects times that do not match', () => {
    expect(() => removeTrend([0, 1], [1])).toThrow(
      new RangeError('2 times for 1 values: give one time per value'),
    );
  });

  it('leaves nothing of a line, from milliseconds since 1970 and large counts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50_000_000, max: 50_000_000 }),
        fc.double({ min: -100, max: 100, noNaN: true }),
        fc.array(fc.boolean(), { minLength: 2, maxLength: 200 }),
        (offset, perSample, present) => {
          const time = present.map((_, i) => NOON + i * 50);
          const values = present.map((it, i) => (it ? offset + perSample * i : null));
          // What a double of 5e7 resolves is 7e-9.
          for (const value of removeTrend(time, values)) expect(Math.abs(value ?? 0)).toBeLessThan(5e-8);
        },
      ),
      { seed: 20_261_128 },
    );
  });
});
