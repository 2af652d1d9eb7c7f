import * as fc from 'fast-check';

import { bandPass } from '../../../viewer/analysis/band-pass';
import { designBandPass } from '../../../viewer/analysis/butterworth';
import scipy from './fixtures/scipy.json';

/** Gain of the sections in series at a frequency. */
function gainAt(frequency: number, rate: number, sections: ReturnType<typeof designBandPass>): number {
  const angle = (2 * Math.PI * frequency) / rate;
  return sections.reduce((product, { gain, a1, a2 }) => {
    const real = 1 + a1 * Math.cos(angle) + a2 * Math.cos(2 * angle);
    const imaginary = a1 * Math.sin(angle) + a2 * Math.sin(2 * angle);
    return (product * 2 * gain * Math.sin(angle)) / Math.hypot(real, imaginary);
  }, 1);
}

function sine(frequency: number, rate: number, length: number): number[] {
  return Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * frequency * i) / rate));
}

describe.each(scipy.bandPass)('a band from $low to $high Hz at $rate Hz, next to SciPy', (expected) => {
  const { rate, low, high } = expected;

  it('has the same poles', () => {
    const poles = designBandPass(rate, low, high)
      .flatMap(({ a1, a2 }) =>
        [-1, 1].map((sign) => [-a1 / 2, sign * Math.sqrt(a2 - (a1 / 2) ** 2)] as const),
      )
      .sort(([a, b], [c, d]) => a - c || b - d);
    poles.forEach(([re, im], i) => {
      // SciPy's own come from a polynomial's roots: ten digits.
      expect(re).toBeCloseTo(expected.poles[i]![0]!, 10);
      expect(im).toBeCloseTo(expected.poles[i]![1]!, 10);
    });
  });

  it('has the same response', () => {
    const sections = designBandPass(rate, low, high);
    for (const [frequency, response] of expected.response) {
      expect(gainAt(frequency!, rate, sections)).toBeCloseTo(response!, 9);
    }
  });

  it('makes the same of a random walk at 5e7 counts', () => {
    const filtered = bandPass(expected.values, { rate, low, high });
    expect(filtered).toHaveLength(expected.filtered.length);
    filtered.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.filtered[i]!, 5);
    });
  });
});

it('designs bands anywhere: 1/√2 at the corners, stable', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-4, max: 0.49 }), fc.double({ min: 1e-4, max: 0.49 }), (one, other) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      fc.pre(high > 1.01 * low);
      const sections = designBandPass(1, low, high);
      expect(gainAt(low, 1, sections)).toBeCloseTo(Math.SQRT1_2, 6);
      expect(gainAt(high, 1, sections)).toBeCloseTo(Math.SQRT1_2, 6);
      expect(sections.every(({ a2 }) => a2 < 1)).toBe(true);
    }),
    { seed: 20_261_128 },
  );
});

it('passes what is in the band without delay, and stops the rest', () => {
  const band = { rate: 20, low: 0.5, high: 2 };
  const within = bandPass(sine(1, 20, 2000), band);
  const [below, above] = [bandPass(sine(0.05, 20, 2000), band), bandPass(sine(8, 20, 2000), band)];
  sine(1, 20, 2000).forEach((value, i) => {
    if (i < 200 || i > 1800) return;
    expect(within[i]).toBeCloseTo(value, 2);
    expect(below[i]).toBeCloseTo(0, 3);
    expect(above[i]).toBeCloseTo(0, 3);
  });
});

it('filters the runs between gaps on their own, and drops those below two periods of the low corner', () => {
  const band = { rate: 20, low: 0.5, high: 2 };
  const [long, short] = [sine(1, 20, 200), sine(1, 20, 79)];
  const filtered = bandPass([null, ...long, null, null, ...short, null, ...long], band);
  const alone = bandPass(long, band);
  const dropped = new Array<null>(79).fill(null);
  expect(filtered).toEqual([null, ...alone, null, null, ...dropped, null, ...alone]);
});

it('leaves nothing of a line', () => {
  const line = Array.from({ length: 400 }, (_, i) => 5e7 + 3 * i);
  const filtered = bandPass(line, { rate: 20, low: 0.5, high: 2 });
  expect(Math.max(...filtered.map((value) => Math.abs(value!)))).toBeLessThan(0.1);
});

it.each([
  [0, 1],
  [2, 1],
  [1, 1],
  [1, 10],
  [NaN, 1],
])('rejects a band from %d to %d Hz at 20 Hz', (low, high) => {
  expect(() => bandPass([], { rate: 20, low, high })).toThrow(
    new RangeError(
      `a band from ${low} to ${high} Hz at 20 samples per second: give 0 < low < high < 10, half the rate`,
    ),
  );
});
