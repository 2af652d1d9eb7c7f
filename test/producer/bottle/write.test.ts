import fc from 'fast-check';
import { DATA_TYPES, decodeHeader, type DataType } from '../../../producer/bottle/header';
import { decodeSamples } from '../../../producer/bottle/samples';
import { encodeBottle } from '../../../producer/bottle/write';

const START = Date.UTC(2019, 3, 25);

test('writes the header of a recorded bottle, byte for byte', () => {
  const bottle = encodeBottle({ start: START, interval: 600_000, type: 'INT4', samples: [41_149_550, null] });

  // B20319115CH0, but for num_pts.
  expect(bottle.subarray(0, 16).toString('hex')).toBe('5d01000028000000000000203e30d741');
  expect(bottle.subarray(16, 40).toString('hex')).toBe('0000164402000000010000003f420f000000000000000000');
  expect(bottle.subarray(40).toString('hex')).toBe('6ee473023f420f00');
});

test('20 Hz is the float32 that loggers write', () => {
  const bottle = encodeBottle({ start: START, interval: 50, type: 'INT4', samples: [] });
  expect(bottle.subarray(16, 20).toString('hex')).toBe('cdcc4c3d');
});

test('big-endian: magic, header and samples', () => {
  const bottle = encodeBottle({
    ...{ start: START, interval: 1_000, type: 'INT2', byteOrder: 'BE', id: 7 },
    samples: [258, null],
  });
  expect(bottle.toString('hex')).toBe(
    '015d00000000002841d7303e200000003f8000000000000200000000' + '00007fff0000000000000007' + '01027fff',
  );
});

test.each([
  [{ samples: [1, 999_999] }, 'samples[1] is 999999, which means "no sample"'],
  [{ samples: [2 ** 31] }, 'samples[0] is 2147483648, expected a whole number'],
  [{ samples: [1.5] }, 'samples[0] is 1.5'],
  [{ samples: [NaN] }, 'samples[0] is NaN'],
  [{ type: 'INT2', samples: [40_000] }, 'from -32768 to 32767 (INT2)'],
  [{ type: 'INT2', fillValue: 999_999 }, 'fillValue is 999999'],
  [{ start: 0.5 }, 'start is 0.5, expected a whole number'],
  [{ interval: 16_482_647 }, "the header's float32 seconds cannot hold"],
  [{ interval: 0 }, 'interval is 0, expected a whole number from 1'],
] as const)('refuses %j', (wrong, message) => {
  const bottle = { start: START, interval: 1_000, type: 'INT4', samples: [], ...wrong } as const;
  expect(() => encodeBottle(bottle)).toThrow(message);
});

test('a value is free for samples when another one means "no sample"', () => {
  const bottle = encodeBottle({
    start: START,
    interval: 1_000,
    type: 'INT4',
    fillValue: -1,
    samples: [999_999, null],
  });
  expect([bottle.readInt32LE(40), bottle.readInt32LE(44)]).toEqual([999_999, -1]);
});

/** Any bottle of a type; floats that do not fit an int are the reader's business. */
const bottleOf = (type: DataType) => {
  const { fillValue } = DATA_TYPES[type];
  const limit = { INT2: 2 ** 15, INT4: 2 ** 31, FLOAT4: 2 ** 17 }[type];
  const sample =
    type === 'FLOAT4'
      ? fc.float({ min: -limit, max: limit, noNaN: true })
      : fc.integer({ min: -limit, max: limit - 1 });
  return fc.record({
    type: fc.constant(type),
    start: fc.integer({ min: 0, max: Date.UTC(2090, 0, 1) }),
    interval: fc.integer({ min: 1, max: 7_200_000 }),
    byteOrder: fc.constantFrom('LE' as const, 'BE' as const),
    samples: fc.array(fc.option(sample.filter((value) => value !== fillValue))),
  });
};

test('what is written reads back as it was given', () => {
  fc.assert(
    fc.property(fc.oneof(bottleOf('INT2'), bottleOf('INT4'), bottleOf('FLOAT4')), (bottle) => {
      const bytes = encodeBottle(bottle);
      const header = decodeHeader(bytes);
      const { values, absent } = decodeSamples(bytes, header);
      const { type, samples, ...rest } = bottle;
      expect(header).toMatchObject({ ...rest, dataType: type, length: samples.length });
      const scale = type === 'FLOAT4' ? 10_000 : 1;
      expect(Array.from(values, (value, i) => (absent?.[i] ? null : value))).toEqual(
        samples.map((sample) => (sample === null ? null : Math.round(sample * scale) + 0)),
      );
    }),
  );
});
