import * as fc from 'fast-check';

import { spectrogram } from '../../../viewer/analysis/spectrogram';
import scipy from './fixtures/scipy.json';

it.each(scipy.spectrogram)('equals that of SciPy', ({ frequencies, centers, decibels, ...input }) => {
  const { values, ...options } = input;
  const found = spectrogram(values, options);
  expect(found.frequencies).toEqual(frequencies);
  expect(found.centers).toEqual(centers);
  found.decibels.forEach((column, i) => {
    // Without the mean, the lowest bins have little but rounding.
    column.forEach((value, bin) => expect(value).toBeCloseTo(decibels[i]![bin]!, 6));
  });
  expect(found.decibels).toHaveLength(decibels.length);
});

it('has the mean square of the weighted window as its sum (Parseval)', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(4, 8, 16, 64, 256),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.infiniteStream(fc.integer({ min: -1_000_000, max: 1_000_000 })),
      (windowSamples, rate, stream) => {
        const values = [...stream.take(windowSamples)];
        fc.pre(values.some((value) => value !== values[0]));
        const { frequencies, decibels } = spectrogram(values, { rate, windowSamples, stepSamples: 1 });
        const power =
          decibels[0]!.reduce<number>((sum, value) => sum + 10 ** (value! / 10), 0) * frequencies[1]!;

        const mean = values.reduce((a, b) => a + b) / windowSamples;
        const weights = values.map((_, i) => Math.sin((Math.PI * i) / windowSamples) ** 2);
        const weightSquares = weights.reduce((sum, weight) => sum + weight ** 2, 0);
        const squares = values.reduce((sum, value, i) => sum + ((value - mean) * weights[i]!) ** 2, 0);
        expect(power / (squares / weightSquares)).toBeCloseTo(1, 9);
      },
    ),
    { seed: 20_261_128 },
  );
});

it('shows a sine at its frequency: amplitude² / 2 in the density of three bins', () => {
  const values = Array.from({ length: 256 }, (_, i) => 1e6 + 10 * Math.sin((2 * Math.PI * 2.5 * i) / 20));
  const { frequencies, decibels } = spectrogram(values, { rate: 20, windowSamples: 256, stepSamples: 256 });
  const peak = decibels[0]!.indexOf(Math.max(...(decibels[0] as number[])));
  expect(frequencies[peak]).toBe(2.5);
  const density = [peak - 1, peak, peak + 1].map((bin) => 10 ** (decibels[0]![bin]! / 10));
  expect(density.reduce((a, b) => a + b) * frequencies[1]!).toBeCloseTo(50, 6);
});

it('gives nulls for windows that lack a sample, and only for those', () => {
  const values = Array.from({ length: 32 }, (_, i) => (i === 9 ? null : i % 3));
  const { centers, decibels } = spectrogram(values, { rate: 1, windowSamples: 8, stepSamples: 4 });
  expect(centers).toEqual([4, 8, 12, 16, 20, 24, 28]);
  expect(decibels.map((column) => column.every((value) => value === null))).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

it('has no window in fewer samples, and -Infinity for no power', () => {
  const options = { rate: 1, windowSamples: 8, stepSamples: 4 };
  expect(spectrogram([1, 2, 3], options)).toMatchObject({ centers: [], decibels: [] });
  expect(spectrogram(new Array<number>(8).fill(5), options).decibels).toEqual([new Array(5).fill(-Infinity)]);
});

it.each([
  [{ rate: 0, windowSamples: 8, stepSamples: 4 }, 'a rate of 0 samples per second: give more than zero'],
  [{ rate: 1, windowSamples: 12, stepSamples: 4 }, 'a window of 12 samples: give a power of two, 4 or more'],
  [{ rate: 1, windowSamples: 2, stepSamples: 4 }, 'a window of 2 samples: give a power of two, 4 or more'],
  [{ rate: 1, windowSamples: 8, stepSamples: 0.5 }, 'a step of 0.5 samples: give a whole number, 1 or more'],
])('rejects %j', (options, message) => {
  expect(() => spectrogram([], options)).toThrow(new RangeError(message));
});
