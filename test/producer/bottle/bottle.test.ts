import * as fc from 'fast-check';

import { decodeBottle, type Bottle } from '../../../producer/bottle/bottle';
import { decodeHeader, HEADER_BYTES, HEADER_OFFSET } from '../../../producer/bottle/header';
import { parseBottleName, periodAt } from '../../../producer/bottle/name';
import { FlawError, type Flaw } from '../../../producer/damage';
import type { BottleContent } from '../../../producer/bottle/write';
import { bottle, START } from '../helpers';

const DAY = 86_400_000;
const NAME = parseBottleName('B0092118200CH0')!;

/** What the rows get: null where there is no value. */
function values({ values: ints, absent }: Bottle): (number | null)[] {
  return Array.from(ints, (value, i) => (absent?.[i] ? null : value));
}

function flawOf(decode: () => unknown): Flaw {
  try {
    decode();
  } catch (error) {
    if (error instanceof FlawError) return error.flaw;
    throw error;
  }
  throw new Error('it was decoded');
}

describe.each(['LE', 'BE'] as const)('%s', (byteOrder) => {
  test('header', () => {
    expect(decodeHeader(bottle({ byteOrder, interval: 50 }))).toEqual({
      byteOrder,
      start: START,
      interval: 50,
      length: 3,
      dataType: 'INT4',
      fillValue: 999_999,
    });
  });

  test.each([
    ['INT2', [1, -32_768, null, 32_766], [1, -32_768, null, 32_766]],
    ['INT4', [1, -(2 ** 31), null, 2 ** 31 - 1], [1, -(2 ** 31), null, 2 ** 31 - 1]],
    ['FLOAT4', [92.60618591, -0.25, null, 12.5], [926_062, -2_500, null, 125_000]],
  ] as const)('%s samples', (type, samples, expected) => {
    const decoded = decodeBottle(NAME, bottle({ byteOrder, type, samples }));
    expect(values(decoded)).toEqual(expected);
    expect(decoded).toMatchObject({ missingCount: 1, notFiniteCount: 0, outOfRangeCount: 0, flaws: [] });
  });

  test.each(['INT2', 'INT4', 'FLOAT4'] as const)('%s: what is written reads back', (type) => {
    const range = type === 'INT2' ? [-32_768, 32_766] : [-214_000, 214_000];
    const anyDay = fc.integer({ min: Date.UTC(2000, 0, 1) / DAY, max: Date.UTC(2099, 11, 31) / DAY });
    const anyTime = fc.integer({ min: 0, max: DAY - 10_000 });
    const sample = fc.option(fc.integer({ min: range[0]!, max: range[1]! }), { freq: 5 });
    fc.assert(
      fc.property(fc.array(sample), anyDay, anyTime, (samples, day, time) => {
        const start = day * DAY + time;
        const name = { ...NAME, period: periodAt(start, 'day') };
        const decoded = decodeBottle(name, bottle({ byteOrder, type, samples, start }));
        const scale = type === 'FLOAT4' ? 10_000 : 1;
        expect(values(decoded)).toEqual(samples.map((value) => value && value * scale));
        expect(decoded.start).toBe(start);
      }),
      { seed: 415 },
    );
  });
});

test('20 Hz for a day stays on whole 50 ms, though its interval reads back as 0.0500000007', () => {
  const { start, interval, length } = decodeHeader(
    bottle({ interval: 50, samples: new Array<number>(72_000).fill(1) }),
  );
  expect(start + (length - 1) * interval).toBe(START + 3_600_000 - 50);
});

test('the header says which value means "no sample"', () => {
  expect(values(decodeBottle(NAME, bottle({ fillValue: -1, samples: [null, 999_999] })))).toEqual([
    null,
    999_999,
  ]);
});

test('NaN, infinite and too large samples are null; each kind is reported once, at its first', () => {
  const samples = [1, NaN, Infinity, -Infinity, 214_748.375, -214_749, 2, null];
  const decoded = decodeBottle(NAME, bottle({ type: 'FLOAT4', samples }));
  expect(values(decoded)).toEqual([10_000, null, null, null, null, null, 20_000, null]);
  expect(decoded).toMatchObject({ missingCount: 1, notFiniteCount: 3, outOfRangeCount: 2 });
  expect(decoded.flaws).toEqual([
    { offset: HEADER_BYTES + 4, found: 'sample 1 is NaN (and 2 more such)', expected: 'a finite number' },
    {
      offset: HEADER_BYTES + 16,
      found: 'sample 4 is 214748.375 (and 1 more such)',
      expected: 'between -214748.3648 and 214748.3647, so that 10,000 times it fits an int',
    },
  ]);
});

test('a bottle without samples is one', () => {
  expect(decodeBottle(NAME, bottle({ samples: [] })).length).toBe(0);
});

describe('a damaged header', () => {
  /** A bottle with some bytes of its header replaced. */
  const changed = (change: (bytes: Buffer) => unknown): Buffer => {
    const bytes = bottle();
    change(bytes);
    return bytes;
  };
  test.each<[string, Buffer, Flaw]>([
    ['nothing', Buffer.alloc(0), { offset: 0, found: 'an empty member', expected: 'a header of 40 bytes' }],
    ['one byte', Buffer.from([0x5d]), { offset: 0, found: 'magic 5d', expected: '5d01 or 015d' }],
    [
      'magic',
      changed((b) => b.fill(0xff, 0, 2)),
      { offset: 0, found: 'magic ffff', expected: '5d01 or 015d' },
    ],
    [
      'cut',
      bottle().subarray(0, 39),
      { offset: 39, found: 'the end of the bottle', expected: 'a header of 40 bytes' },
    ],
    [
      'header size',
      changed((b) => b.writeInt32LE(48, 4)),
      { offset: 4, found: 'header size 48', expected: '40' },
    ],
    [
      'start NaN',
      changed((b) => b.writeDoubleLE(NaN, 8)),
      { offset: 8, found: 'start NaN s', expected: 'a time from 1970 to 2099' },
    ],
    [
      'start in 2100',
      changed((b) => b.writeDoubleLE(4_102_444_800, 8)),
      { offset: 8, found: 'start 4102444800 s', expected: 'a time from 1970 to 2099' },
    ],
    [
      'start < 0',
      changed((b) => b.writeDoubleLE(-1, 8)),
      { offset: 8, found: 'start -1 s', expected: 'a time from 1970 to 2099' },
    ],
    [
      'interval 0',
      changed((b) => b.writeFloatLE(0, 16)),
      { offset: 16, found: 'interval 0 s', expected: 'at least 0.001 s' },
    ],
    [
      'interval NaN',
      changed((b) => b.writeFloatLE(NaN, 16)),
      { offset: 16, found: 'interval NaN s', expected: 'at least 0.001 s' },
    ],
    [
      'interval of centuries',
      changed((b) => b.writeFloatLE(4e9, 16)),
      { offset: 16, found: 'interval 4000000000 s', expected: 'a last sample before 2100' },
    ],
    [
      'data type',
      changed((b) => b.writeInt32LE(3, 24)),
      { offset: 24, found: 'data type 3', expected: '0 (INT2), 1 (INT4) or 2 (FLOAT4)' },
    ],
    [
      'num_pts too large',
      changed((b) => b.writeInt32LE(4, 20)),
      {
        offset: 20,
        found: 'num_pts 4',
        expected: '3, for the 12 bytes of INT4 samples that follow the header',
      },
    ],
    [
      'num_pts too small',
      changed((b) => b.writeInt32LE(2, 20)),
      {
        offset: 20,
        found: 'num_pts 2',
        expected: '3, for the 12 bytes of INT4 samples that follow the header',
      },
    ],
    [
      'num_pts negative',
      changed((b) => b.writeInt32LE(-1, 20)),
      {
        offset: 20,
        found: 'num_pts -1',
        expected: '3, for the 12 bytes of INT4 samples that follow the header',
      },
    ],
    [
      'half a sample',
      bottle().subarray(0, 50),
      {
        offset: 20,
        found: 'num_pts 3',
        expected: '2.50, for the 10 bytes of INT4 samples that follow the header',
      },
    ],
  ])('%s', (_, bytes, flaw) => {
    expect(flawOf(() => decodeBottle(NAME, bytes))).toEqual(flaw);
  });

  test('any bytes decode or are a flaw at an offset within them', () => {
    const check = fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (tail, withMagic) => {
      const bytes = Buffer.concat([Buffer.from(withMagic ? [0x5d, 0x01] : []), tail]);
      expect(flawOf(() => decodeBottle(NAME, bytes)).offset).toBeLessThanOrEqual(bytes.length);
    });
    fc.assert(check, { seed: 5 });
  });
});

describe('times and the period of the name', () => {
  const hour =
    'times within the period of the name, from 2021-07-01T00:00:00Z to before 2021-07-01T01:00:00Z';
  const last = START + 3_600_000 - 1;

  test.each<[string, string, Partial<BottleContent>]>([
    ['the first instant of the hour', 'B0092118200CH0', { start: START }],
    ['the last millisecond of the hour', 'B0092118200CH0', { start: last, samples: [1] }],
    ['no samples', 'B0092118200CH0', { start: last, samples: [] }],
    ['a whole day', 'B00921182CH0', { interval: 600_000, samples: new Array<number>(144).fill(1) }],
    ['the last day of a leap year', 'B00920366CH0', { start: Date.UTC(2020, 11, 31, 23, 59, 57) }],
    ['minutes joined to an hour', 'B0092118223CH0_20', { start: START + 86_400_000 - 3_000 }],
    ['the last minute of an hour', 'B009211820059CH0_20', { start: START + 3_600_000 - 3_000 }],
  ])('within: %s', (_, name, content) => {
    expect(decodeBottle(parseBottleName(name)!, bottle(content)).start).toBe(content.start ?? START);
  });

  test.each<[string, Partial<BottleContent>, number, string]>([
    ['a millisecond early', { start: START - 1 }, 8, 'start 2021-06-30T23:59:59.999Z'],
    ['the next hour', { start: START + 3_600_000, samples: [] }, 8, 'start 2021-07-01T01:00:00Z'],
    [
      'a last sample in the next hour',
      { start: START + 3_598_000 },
      8,
      'start 2021-07-01T00:59:58Z, with a last sample at 2021-07-01T01:00:00Z',
    ],
    [
      'samples that no hour can hold',
      { interval: 1_800_000 },
      16,
      'interval 1800 s, with a last sample at 2021-07-01T01:00:00Z',
    ],
  ])('outside: %s', (_, content, offset, found) => {
    expect(flawOf(() => decodeBottle(NAME, bottle(content)))).toEqual({
      offset,
      found,
      expected: hour,
    });
  });

  /** The start of a bottle, or the offset of its flaw. */
  const startOrOffset = (bytes: Buffer): number => {
    try {
      return decodeBottle(NAME, bytes).start;
    } catch (error) {
      return (error as FlawError).flaw.offset;
    }
  };

  test('a changed bit of the start never moves a whole bottle of an hour', () => {
    const bytes = bottle({ samples: new Array<number>(3_600).fill(1) });
    for (let bit = 0; bit < 64; bit++) {
      const changed = Buffer.from(bytes);
      changed[8 + (bit >> 3)]! ^= 1 << (bit & 7);
      const moved = startOrOffset(changed);
      // Less than an interval late, all samples still lie within the hour.
      if (moved !== HEADER_OFFSET.start) expect(moved - START).toBeLessThan(1_000);
    }
  });
});

test('a channel that the session does not have', () => {
  expect(flawOf(() => decodeBottle({ ...NAME, channel: 'CH4' }, bottle()))).toEqual({
    offset: 0,
    found: 'the channel CH4 in the name',
    expected: 'a channel of session Hour: CH0, CH1, CH2, CH3',
  });
});
