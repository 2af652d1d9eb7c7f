import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';

import type { ChannelSeries, SeriesAnswer, Session } from '../../../viewer/api';
import { STRAIN_INTERVALS } from '../../../producer/bottle/session';
import { COLUMNS } from '../../../viewer/server/channels';
import { channelsOf, series } from '../../../viewer/server/store/series';
import { Store } from '../../../viewer/server/store/store';
import type { GaugeConstants } from '../../../viewer/server/store/strain-sql';
import type { StreamRows } from '../../../viewer/server/store/tables';

const LIMITS = { memoryMb: 64, threads: 1 };
const CONSTANTS: GaugeConstants = {
  ...{ references: [50_000_000, 50_000_000, 50_000_000, 50_000_000], gap: 0.0001, azimuth: 0, matrix: null },
};
/** At azimuth 0 (description of the format, "Gauges to areal and shear strain"). */
const COEFFICIENTS: Readonly<Record<string, readonly number[]>> = {
  areal: [0.2962962963, 0.5185185185, 0.2962962963, 0.2222222222],
  differential: [-0.3703703704, 0.1851851852, 0.2962962963, -0.1111111111],
  shear: [-0.1283000598, -0.3207501495, 0.2566001196, 0.1924500897],
};

/** Rows as a plain map: instant to counts. The last count that is not null remains. */
class Reference {
  readonly rows = new Map<number, (number | null)[]>();

  add({ time, counts }: StreamRows): void {
    for (const [row, instant] of time.entries()) {
      const before = this.rows.get(instant) ?? counts.map(() => null);
      this.rows.set(
        instant,
        counts.map((column, index) => column[row] ?? before[index]!),
      );
    }
  }

  get instants(): number[] {
    return [...this.rows.keys()].sort((a, b) => a - b);
  }

  /** Values of a channel in a period. */
  values(
    session: Session,
    channel: string,
    [from, to]: readonly [number, number],
  ): [number, number | null][] {
    return this.instants
      .filter((instant) => instant >= from && instant < to)
      .map((instant) => {
        const counts = this.rows.get(instant)!;
        const coefficients = COEFFICIENTS[channel];
        if (coefficients) return [instant, strain(coefficients, counts)];
        return [instant, counts[COLUMNS[session].findIndex(({ name }) => name === channel)]!];
      });
  }
}

function strain(coefficients: readonly number[], counts: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const [gauge, count] of counts.slice(0, 4).entries()) {
    if (count === null) return null;
    sum += coefficients[gauge]! * ((count / (1e8 - count) - 1) * (0.0001 / 0.087) * 1e6);
  }
  return sum;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'strain-store-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Rows at multiples of the session's interval, in runs that begin anywhere. */
const rowsOf = (session: Session): fc.Arbitrary<StreamRows> =>
  fc
    .record({
      start: fc.integer({ min: -200, max: 9_000 }),
      steps: fc.array(fc.integer({ min: -2, max: 40 }), { minLength: 1, maxLength: 60 }),
      seed: fc.nat({ max: 1_000_000 }),
    })
    .map(({ start, steps, seed }) => {
      let at = start;
      const time = steps.map((step) => (at += step) * STRAIN_INTERVALS[session]);
      const counts = COLUMNS[session].map((_, column) =>
        time.map((instant, row) =>
          (row + column + seed) % 7 === 0
            ? null
            : 50_000_000 + ((Math.abs(instant) * 31 + column * 977 + seed) % 90_001),
        ),
      );
      return { site: 'B009', session, time, counts, publishedAt: 0 };
    });

const step = (session: Session) =>
  fc.oneof(
    { weight: 6, arbitrary: rowsOf(session).map((rows) => ({ rows })) },
    { weight: 1, arbitrary: fc.constant('settle' as const) },
    { weight: 1, arbitrary: fc.constant('reopen' as const) },
    { weight: 1, arbitrary: fc.constant('constants' as const) },
  );

test.each(['Hour', 'Min', 'Day'] as const)(
  "any window of %s rows has the raw rows' envelope, whatever their order, after a restart too",
  async (session) => {
    const property = fc.asyncProperty(
      fc.array(step(session), { minLength: 1, maxLength: 8 }),
      fc.tuple(fc.integer({ min: -300, max: 12_000 }), fc.integer({ min: 1, max: 12_000 })),
      fc.constantFrom(1, 3, 20, 500, 20_000),
      async (steps, [start, length], points) => {
        const place = mkdtempSync(path.join(folder, 'case-'));
        let store = await Store.open(place, 'topic', LIMITS);
        const reference = new Reference();
        for (const one of steps) {
          if (one === 'settle') await store.settle(session);
          else if (one === 'constants') await store.setConstants('B009', CONSTANTS);
          else if (one === 'reopen') {
            await store.close();
            store = await Store.open(place, 'topic', LIMITS);
          } else {
            await store.write([one.rows], new Map());
            reference.add(one.rows);
          }
        }
        const stream = store.streamOf('B009', session);
        if (stream) {
          const [from, to] = [start, start + length].map((at) => at * STRAIN_INTERVALS[session]) as [
            number,
            number,
          ];
          const constants = store.constantsOf('B009');
          const channels = channelsOf(stream, constants);
          const answer = await series(store.database, {
            ...{ stream, channels, start: from, end: to, points, unit: 'counts', constants },
          });
          expectSame(answer, reference, channels);
          const { instants } = reference;
          expect(stream).toMatchObject({ rows: instants.length, first: instants[0], last: instants.at(-1) });
        }
        await store.close();
        rmSync(place, { recursive: true });
      },
    );
    await fc.assert(property, { seed: 20_261_128, numRuns: 12 });
  },
  120_000,
);

function expectSame(answer: SeriesAnswer, reference: Reference, channels: readonly string[]): void {
  const { session, start, end, bucketMs, intervalMs } = answer;
  const width = bucketMs ?? 1;
  const whole = [Math.floor(start / width) * width, Math.ceil(end / width) * width] as const;
  const bucketOf = (instant: number): number => Math.floor(instant / width) * width;
  for (const [index, name] of channels.entries()) {
    const found = answer.channels[index]!;
    const divisor = COLUMNS[session].find((column) => column.name === name)?.divisor ?? 1;
    const buckets = new Map<number, number[]>();
    for (const [instant, value] of reference.values(session, name, whole)) {
      const bucket = buckets.get(bucketOf(instant)) ?? [];
      if (value !== null) bucket.push(value / divisor);
      buckets.set(bucketOf(instant), bucket);
    }
    expect(answer.time).toEqual([...buckets.keys()]);
    for (const [row, values] of [...buckets.values()].entries()) expectBucket(found, row, values, name);
  }
  const { instants } = reference;
  const gaps = instants.slice(1).flatMap((instant, index) => {
    const before = instants[index]!;
    const missing = Math.round((instant - before) / intervalMs) - 1;
    const isShown = instant - before > 2 * intervalMs && instant > start && before < end;
    return isShown ? [{ start: before, end: instant, missing }] : [];
  });
  expect(answer.gaps).toEqual(gaps);
}

function expectBucket(found: ChannelSeries, row: number, values: readonly number[], name: string): void {
  const [min, max] = values.length === 0 ? [null, null] : [Math.min(...values), Math.max(...values)];
  const shown = 'values' in found ? [found.values[row], found.values[row]] : [found.min[row], found.max[row]];
  if (!COEFFICIENTS[name] || min === null) expect([found.name, ...shown]).toEqual([name, min, max]);
  else for (const [index, limit] of [min, max].entries()) expect(shown[index]).toBeCloseTo(limit, 6);
  if ('mean' in found && values.length > 0) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(found.mean[row]! - mean)).toBeLessThan(1e-6);
  }
}

test('a store of a topic that was created again is empty', async () => {
  const rows: StreamRows = {
    ...{ site: 'B009', session: 'Min', time: [0, 50], counts: COLUMNS.Min.map(() => [1, 2]), publishedAt: 0 },
  };
  const store = await Store.open(folder, 'first', LIMITS);
  await store.write([rows], new Map([[0, 2n]]));
  await store.close();
  const same = await Store.open(folder, 'first', LIMITS);
  expect([same.rows, same.offsets]).toEqual([2, new Map([[0, 2n]])]);
  await same.close();
  const other = await Store.open(folder, 'second', LIMITS);
  expect([other.rows, other.offsets]).toEqual([0, new Map()]);
  await other.close();
});

test('rows before an instant are deleted by whole hours, with their gaps', async () => {
  const hours = [0, 1, 2, 3].map((hour) => hour * 3_600_000);
  const counts = COLUMNS.Hour.map(() => hours.map((_, index) => index));
  const store = await Store.open(folder, 'topic', LIMITS);
  await store.write([{ site: 'B009', session: 'Hour', time: hours, counts, publishedAt: 0 }], new Map());
  await store.deleteBefore(2 * 3_600_000 + 5);
  const stream = store.streamOf('B009', 'Hour')!;
  const answer = await series(store.database, {
    ...{ stream, channels: ['ls1_t0'], start: 0, end: 5 * 3_600_000, points: 6, unit: 'counts' },
    constants: undefined,
  });
  expect(answer).toMatchObject({
    time: [7_200_000, 10_800_000],
    gaps: [{ start: 7_200_000, missing: 3_599 }],
  });
  await store.deleteBefore(5 * 3_600_000);
  expect([store.allStreams, store.rows]).toEqual([[], 0]);
  await store.close();
});
