import * as fc from 'fast-check';

import { formatFrequency, fractionOf, frequencyAt, logTicks } from '../../../viewer/page/frequency-axis';

it('places frequencies, linear and logarithmic', () => {
  expect(fractionOf(5, { low: 0, high: 10, isLog: false })).toBe(0.5);
  expect(fractionOf(1, { low: 0.1, high: 10, isLog: true })).toBeCloseTo(0.5, 12);
});

it('finds the frequency of a place', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (isLog, low, fraction) => {
        const axis = { low, high: 10, isLog };
        expect(fractionOf(frequencyAt(fraction, axis), axis)).toBeCloseTo(fraction, 9);
      },
    ),
    { seed: 20_261_128 },
  );
});

it('has logarithmic ticks at 1, 2 and 5, or at powers of ten where that is too many', () => {
  expect(logTicks(0.04, 10, 12)).toEqual([0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]);
  expect(logTicks(0.04, 10, 5)).toEqual([0.1, 1, 10]);
  expect(logTicks(0.3, 0.5, 5)).toEqual([0.5]);
});

it.each([
  [0, '0 Hz'],
  [0.000_833_333, '0.833 mHz'],
  [0.039_062_5, '39.1 mHz'],
  [0.1, '0.1 Hz'],
  [10, '10 Hz'],
])('writes %d as %s', (frequency, text) => {
  expect(formatFrequency(frequency)).toBe(text);
});
