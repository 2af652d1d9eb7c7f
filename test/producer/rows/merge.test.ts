import * as fc from 'fast-check';

import { decodeBottle } from '../../../producer/bottle/bottle';
import type { Session } from '../../../producer/bottle/session';
import { formatDamage } from '../../../producer/damage';
import { ReadReport } from '../../../producer/report';
import type { RowBatch } from '../../../producer/rows/batch';
import { RowMerger } from '../../../producer/rows/merge';
import { bottle, START } from '../helpers';

/** A bottle to merge: samples from `start` seconds after START. */
interface Given {
  readonly site?: string;
  readonly session?: Session;
  readonly channel?: number;
  readonly start?: number;
  readonly interval?: number;
  readonly samples: readonly (number | null)[];
}

const LARGE = 2 ** 30;

/** Merges bottles in the given order. Each row is `site session second: field=value …`. */
function merge(given: readonly Given[], windowBytes = LARGE) {
  const report = new ReadReport();
  const merger = new RowMerger(report, (damage) => report.add(damage), windowBytes);
  const rows: string[] = [];
  const take = (batches: Iterable<RowBatch>): void => {
    for (const batch of batches) rows.push(...textOf(batch));
  };
  given.forEach((it, order) => {
    const { site = 'B009', session = 'Hour', channel = 0, start = 0, interval = 1, samples } = it;
    const period = { year: 2021, dayOfYear: 182 };
    const bytes = bottle({ start: START + start * 1000, interval: interval * 1000, samples });
    const decoded = decodeBottle({ site, session, channel: `CH${channel}`, period }, bytes);
    take(merger.add(decoded, { file: 'f', members: [`m${order}`] }));
  });
  take(merger.flush());
  return { rows, report, damages: report.damages.map(formatDamage) };
}

function textOf({ site, session, length, times, columns }: RowBatch): string[] {
  expect(columns.every(({ absent }) => !absent || (absent.includes(1) && absent.includes(0)))).toBe(true);
  const outOfOrder = Array.from({ length }, (_, row) => row).filter(
    (row) => row > 0 && !(times[row]! > times[row - 1]!),
  );
  expect(outOfOrder).toEqual([]);
  return Array.from({ length }, (_, row) => {
    const values = columns.filter(({ absent }) => !absent?.[row]);
    // Not by `expect`, which is slow for each of thousands of rows.
    if (values.length === 0) throw new Error(`row ${row} has no value`);
    const text = values.map(({ field, values: ints }) => `${field}=${ints[row]}`).join(' ');
    return `${site} ${session} ${(times[row]! - START) / 1000}: ${text}`;
  });
}

test('channels that share an instant share a row', () => {
  const { rows } = merge([
    { channel: 1, samples: [11, 12] },
    { channel: 0, start: 1, samples: [2, 3] },
  ]);
  expect(rows).toEqual([
    'B009 Hour 0: ls2_t0=11',
    'B009 Hour 1: ls1_t0=2 ls2_t0=12',
    'B009 Hour 2: ls1_t0=3',
  ]);
});

test('channels of other rates fall in where they have a sample', () => {
  const { rows } = merge([
    { samples: [1, 2, 3, 4, 5] },
    { channel: 1, start: 1, interval: 3, samples: [20, 50] },
    { channel: 2, start: 0.5, interval: 2, samples: [7] },
  ]);
  expect(rows).toEqual([
    'B009 Hour 0: ls1_t0=1',
    'B009 Hour 0.5: ls3_t0=7',
    'B009 Hour 1: ls1_t0=2 ls2_t0=20',
    'B009 Hour 2: ls1_t0=3',
    'B009 Hour 3: ls1_t0=4',
    'B009 Hour 4: ls1_t0=5 ls2_t0=50',
  ]);
});

test('sites and sessions never share a row', () => {
  const { rows } = merge([
    { samples: [1] },
    { session: 'Min', channel: 1, samples: [2] },
    { site: 'B010', channel: 2, samples: [3] },
  ]);
  expect(rows).toEqual(['B009 Hour 0: ls1_t0=1', 'B009 Min 0: bs2_t0=2', 'B010 Hour 0: ls3_t0=3']);
});

test('a row without a value is counted, not emitted', () => {
  const { rows, report } = merge([{ samples: [null, 2, null] }, { channel: 1, samples: [null, null, 3] }]);
  expect(rows).toEqual(['B009 Hour 1: ls1_t0=2', 'B009 Hour 2: ls2_t0=3']);
  expect(report.streams).toMatchObject([{ rows: 2, emptyRows: 1, first: START + 1000, last: START + 2000 }]);
});

test('runs longer than a batch', () => {
  const samples = Array.from({ length: 10_000 }, (_, i) => i + 1);
  const { rows } = merge([{ samples }, { channel: 1, start: 5000, samples: [1] }]);
  expect(rows.length).toBe(10_000);
  expect(rows[5000]).toBe('B009 Hour 5000: ls1_t0=5001 ls2_t0=1');
});

describe('the same again', () => {
  test('with the same values: one row, counted', () => {
    const { rows, report } = merge([{ samples: [1, 2] }, { start: 1, samples: [2, 3] }]);
    expect(rows).toEqual(['B009 Hour 0: ls1_t0=1', 'B009 Hour 1: ls1_t0=2', 'B009 Hour 2: ls1_t0=3']);
    expect(report).toMatchObject({ duplicates: 1, conflicts: 0, damaged: 0 });
  });

  test('with other values: the first holds, and the second is damage, once', () => {
    const { rows, report, damages } = merge([{ samples: [1, 2] }, { samples: [1, 8] }, { samples: [7, 9] }]);
    expect(rows).toEqual(['B009 Hour 0: ls1_t0=1', 'B009 Hour 1: ls1_t0=2']);
    expect(report).toMatchObject({ duplicates: 1, conflicts: 3 });
    expect(damages.sort()).toEqual([
      'f › m1 › byte 44: found ls1_t0 8 at 2021-07-01 00:00:01, expected 2, as it came first (which holds)',
      'f › m2 › byte 40: found ls1_t0 7 at 2021-07-01 00:00:00, expected 1, as it came first (which holds)',
    ]);
  });

  test('fills what was missing', () => {
    const { rows, report } = merge([{ samples: [1, null] }, { samples: [null, 2] }]);
    expect(rows).toEqual(['B009 Hour 0: ls1_t0=1', 'B009 Hour 1: ls1_t0=2']);
    expect(report).toMatchObject({ duplicates: 0, conflicts: 0, damaged: 0 });
  });
});

describe('beyond the window', () => {
  /** Room for no bottle: every one goes out at once. */
  const NONE = 0;

  test('what comes late goes out late, and is damage', () => {
    const { rows, report, damages } = merge([{ start: 2, samples: [3] }, { samples: [1, 2] }], NONE);
    expect(rows).toEqual(['B009 Hour 2: ls1_t0=3', 'B009 Hour 0: ls1_t0=1', 'B009 Hour 1: ls1_t0=2']);
    expect(report.late).toBe(2);
    expect(damages).toEqual([
      'f › m1 › byte 8: found 2 samples from 2021-07-01 00:00:00 on, after rows up to 2021-07-01 00:00:02, ' +
        'expected members nearer to their place in time (these rows go out late, none is lost)',
    ]);
  });

  test('what has gone out does not go out again, whatever its value', () => {
    const { rows, report } = merge([{ samples: [1, null, 3] }, { samples: [1, 2, 4] }], NONE);
    expect(rows).toEqual(['B009 Hour 0: ls1_t0=1', 'B009 Hour 2: ls1_t0=3', 'B009 Hour 1: ls1_t0=2']);
    expect(report).toMatchObject({ duplicates: 2, late: 1 });
  });

  test('a whole delivery again is no damage', () => {
    const hour = [{ samples: [1, 2] }, { start: 2, samples: [3, null, 5] }];
    const { rows, report } = merge([...hour, ...hour], NONE);
    expect(rows.length).toBe(4);
    expect(report).toMatchObject({ duplicates: 4, late: 0, damaged: 0 });
  });

  test('the stream that has had nothing new for longest goes out first', () => {
    const { rows } = merge(
      [
        { site: 'B001', samples: [1] },
        { site: 'B002', samples: [1] },
        { site: 'B001', start: 1, samples: [2] },
        { site: 'B003', samples: [1] },
      ],
      3 * 516,
    );
    expect(rows.map((row) => row.slice(0, 4))).toEqual(['B002', 'B001', 'B001', 'B003']);
  });
});

describe('any bottles', () => {
  const anyBottle = fc.record({
    site: fc.constantFrom('B009', 'B018'),
    session: fc.constantFrom('Hour' as const, 'Min' as const),
    channel: fc.integer({ min: 0, max: 3 }),
    start: fc.integer({ min: 0, max: 40 }),
    interval: fc.constantFrom(1, 1, 1, 2, 3),
    // The value is the instant's own: bottles that overlap agree.
    length: fc.integer({ min: 0, max: 30 }),
    gaps: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 4 }),
  });
  const bottles = fc.array(anyBottle, { maxLength: 24 }).map((list) =>
    list.map(({ length, gaps, ...rest }) => ({
      ...rest,
      samples: Array.from({ length }, (_, i) =>
        gaps.includes(i) ? null : 1000 * rest.channel + rest.start + i * rest.interval,
      ),
    })),
  );

  /** What the rows should be, by the plainest means. */
  function expected(given: readonly Given[]): string[] {
    const rows = new Map<string, Map<string, number>>();
    for (const { site, session, channel, start, interval, samples } of given as Required<Given>[]) {
      samples.forEach((value, i) => {
        if (value === null) return;
        const key = `${site} ${session} ${String(start + i * interval).padStart(3, '0')}`;
        const row = rows.get(key) ?? new Map<string, number>();
        rows.set(key, row.set(`${session === 'Hour' ? 'ls' : 'bs'}${channel + 1}_t0`, value));
      });
    }
    return [...rows].sort().map(([key, row]) => {
      const fields = [...row].sort().map(([field, value]) => `${field}=${value}`);
      return `${key.slice(0, -3)}${Number(key.slice(-3))}: ${fields.join(' ')}`;
    });
  }

  const byStream = (rows: readonly string[]): string[] =>
    [...rows].sort((a, b) => (a.slice(0, 9) < b.slice(0, 9) ? -1 : a.slice(0, 9) > b.slice(0, 9) ? 1 : 0));

  test('within the window: the same rows in time order, whatever the order of the bottles', () => {
    const check = fc.property(bottles, (given) => {
      const { rows, report } = merge(given);
      expect(byStream(rows)).toEqual(expected(given));
      expect(report).toMatchObject({ conflicts: 0, late: 0, damaged: 0, rows: rows.length });
    });
    fc.assert(check, { seed: 1201, numRuns: 100 });
  });

  test('beyond it: every value goes out exactly once', () => {
    const check = fc.property(bottles, fc.integer({ min: 0, max: 4000 }), (given, windowBytes) => {
      const values = (rows: readonly string[]): string[] =>
        rows.flatMap((row) => {
          const [key, fields] = row.split(': ') as [string, string];
          return fields.split(' ').map((field) => `${key} ${field}`);
        });
      expect(values(merge(given, windowBytes).rows).sort()).toEqual(values(expected(given)).sort());
    });
    fc.assert(check, { seed: 1202, numRuns: 100 });
  });
});
