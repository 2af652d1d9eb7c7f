import * as fc from 'fast-check';

import { BY_IMPORTANCE } from '../../../viewer/analysis/constituents';
import { fitTide, PHASE_ORIGIN, type TideFit } from '../../../viewer/analysis/tide';

const START = Date.UTC(2021, 6, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Samples every 10 minutes, as of the session Day. */
function times(days: number): number[] {
  return Array.from({ length: days * 144 + 1 }, (_, i) => START + i * 600_000);
}

/** A tide with the given lines: name to amplitude and phase in degrees. */
function tide(lines: Record<string, readonly [number, number]>): (time: number) => number {
  return (time) =>
    Object.entries(lines).reduce((sum, [name, [amplitude, phase]]) => {
      const { periodHours } = BY_IMPORTANCE.find((line) => line.name === name)!;
      const cycles = (time - PHASE_ORIGIN) / HOUR / periodHours - phase / 360;
      return sum + amplitude * Math.cos(2 * Math.PI * cycles);
    }, 0);
}

/** Amplitude and phase by name. */
function linesOf(fit: TideFit | undefined): Record<string, [number, number]> {
  return Object.fromEntries(fit!.constituents.map((it) => [it.name, [it.amplitude, it.phaseDegrees]]));
}

function reasonsOf(fit: TideFit | undefined): string[] {
  return fit!.leftOut.map(({ name, reason }) => `${name} ${reason}`);
}

const ALL = {
  M2: [40, 12.5],
  K1: [21, 359],
  S2: [18, 200],
  O1: [15, 90],
  P1: [7, 1],
  N2: [8, 300],
  K2: [5, 45],
  Q1: [3, 180],
} as const;

it('recovers all constituents, offset and trend of 200 days of large counts', () => {
  const time = times(200);
  const known = tide(ALL);
  const middle = START + 100 * DAY;
  const fit = fitTide(
    time,
    time.map((at) => 5e7 + (12 * (at - middle)) / DAY + known(at)),
  )!;
  for (const [name, [amplitude, phase]] of Object.entries(ALL)) {
    const [fitted, fittedPhase] = linesOf(fit)[name]!;
    expect(Math.abs(fitted - amplitude)).toBeLessThan(1e-6);
    expect(Math.abs(fittedPhase - phase)).toBeLessThan(1e-6);
  }
  expect(fit.leftOut).toEqual([]);
  expect(fit.offset).toBeCloseTo(5e7, 6);
  expect(fit.trendPerDay).toBeCloseTo(12, 6);
  expect(fit.residualRms).toBeLessThan(1e-6);
  // Also where there are no samples.
  expect(fit.at(START + 300 * DAY)).toBeCloseTo(known(START + 300 * DAY), 6);
});

it('counts the phase from 2000-01-01 00:00 UTC to the first crest', () => {
  const time = times(2);
  const crest = PHASE_ORIGIN + 3 * HOUR;
  const values = time.map((at) => Math.cos((2 * Math.PI * (at - crest)) / HOUR / 12.4206012));
  const { M2 } = linesOf(fitTide(time, values));
  expect(M2![1]).toBeCloseTo((360 * 3) / 12.4206012, 6);
});

it.each([
  [
    1,
    'M2',
    [
      'K1 needs 1.1 days to be told from M2',
      'S2 needs 14.8 days to be told from M2',
      'O1 needs a whole cycle, 25.8 hours',
      'P1 needs a whole cycle, 24.1 hours',
      'N2 needs 27.6 days to be told from M2',
      'K2 needs 182.6 days to be told from S2',
      'Q1 needs a whole cycle, 26.9 hours',
    ],
  ],
  [
    10,
    'M2 K1',
    [
      'S2 needs 14.8 days to be told from M2',
      'O1 needs 13.7 days to be told from K1',
      'P1 needs 182.6 days to be told from K1',
      'N2 needs 27.6 days to be told from M2',
      'K2 needs 182.6 days to be told from S2',
      'Q1 needs 27.6 days to be told from O1',
    ],
  ],
  [
    30,
    'M2 K1 S2 O1 N2 Q1',
    ['P1 needs 182.6 days to be told from K1', 'K2 needs 182.6 days to be told from S2'],
  ],
  [200, 'M2 K1 S2 O1 P1 N2 K2 Q1', []],
])('in %d days, tells apart %s', (days, kept, leftOut) => {
  const time = times(days);
  const fit = fitTide(time, time.map(tide(ALL)));
  expect(Object.keys(linesOf(fit)).join(' ')).toBe(kept);
  expect(reasonsOf(fit)).toEqual(leftOut);
});

it('recovers a tide from samples with gaps anywhere', () => {
  const time = times(30);
  const known = tide({ M2: [40, 12.5], O1: [15, 90] });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(time.length), fc.integer({ min: 1, max: 300 })), { maxLength: 6 }),
      (gaps) => {
        // The first and the last sample stay, and with them the span.
        const isMissing = (i: number) =>
          i > 0 && i < time.length - 1 && gaps.some(([from, length]) => i >= from && i < from + length);
        const { M2, O1, S2 } = linesOf(
          fitTide(
            time,
            time.map((at, i) => (isMissing(i) ? null : 1000 + known(at))),
          ),
        );
        expect(Math.hypot(M2![0] - 40, O1![0] - 15, S2![0])).toBeLessThan(1e-6);
        expect(Math.hypot(M2![1] - 12.5, O1![1] - 90)).toBeLessThan(1e-6);
      },
    ),
    { seed: 20_261_128, numRuns: 20 },
  );
});

it('leaves out what long gaps make alike', () => {
  // Two days at each end of 183: P1 has fallen behind K1 by a whole cycle, and looks like it in both.
  const time = times(183);
  const fit = fitTide(
    time,
    time.map((at) => (at > START + 2 * DAY && at < START + 181 * DAY ? null : tide(ALL)(at))),
  );
  expect(reasonsOf(fit)).toContain('P1 too few samples, or too many gaps, to be told from the others');
  for (const [amplitude] of Object.values(linesOf(fit))) expect(amplitude).toBeLessThan(200);
});

it('tells what offset, trend and tide do not explain', () => {
  const time = times(30);
  const fit = fitTide(
    time,
    time.map((at, i) => tide({ M2: [40, 0] })(at) + (i % 2 === 0 ? 3 : -3)),
  );
  expect(fit!.residualRms).toBeCloseTo(3, 2);
});

it('is undefined with less than a cycle of M2, or with too few samples', () => {
  const time = times(1);
  const flat = (length: number) => new Array<number>(length).fill(1);
  expect(fitTide(time.slice(0, 74), flat(74))).toBeUndefined();
  expect(fitTide(time.slice(0, 76), flat(76))?.constituents.map(({ name }) => name)).toEqual(['M2']);
  expect(fitTide([START, START + DAY], [1, 2])).toBeUndefined();
  expect(fitTide([START], [null])).toBeUndefined();
  expect(fitTide([], [])).toBeUndefined();
});

it('rejects times that do not match', () => {
  expect(() => fitTide([0, 1], [1])).toThrow(new RangeError('2 times for 1 values: give one time per value'));
});
