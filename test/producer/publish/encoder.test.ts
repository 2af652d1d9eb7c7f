import fc from 'fast-check';

import { CHANNELS } from '../../../producer/bottle/channels';
import { RowEncoder } from '../../../producer/publish/encoder';
import { defaultSchemasRoot, loadSchemas } from '../../../producer/publish/schemas';
import { timestampFormatter } from '../../../producer/rows/timestamp';
import { rows, START } from './helpers';

const schemas = loadSchemas(defaultSchemasRoot());
const encoder = new RowEncoder(schemas, { key: 7, value: 0x01020304 });

/** A message as a consumer reads it, with only the schema. */
function decode(message: Buffer): Record<string, unknown> {
  return { ...(schemas.value.type.fromBuffer(message.subarray(5)) as object) };
}

test('a key is the wire header with its id, then the key record', () => {
  expect(encoder.keyOf('B009')).toEqual(Buffer.from([0, 0, 0, 0, 7, 8, 0x42, 0x30, 0x30, 0x39]));
});

test('a value is, byte for byte, what the Avro specification says', () => {
  const [message] = encoder.encode(rows(1, { times: Float64Array.of(1000) })).values;
  const expected = [
    ...[0, 1, 2, 3, 4], // magic byte, id big-endian
    ...[0, 8, ...Buffer.from('B009')], // site: branch 0, length 4
    ...[0, 0xd0, 0x0f], // time: branch 0, 1000 as a zigzag varint
    ...[0, 38, ...Buffer.from('1970-01-01 00:00:01')], // timestamp: branch 0, length 19
    ...Array<number>(8).fill(2), // rs1 … ls4: branch 1, null
    ...[0, 2], // bs1_t0: branch 0, 1
    ...Array<number>(47).fill(2), // the other fields
  ];
  expect([...(message ?? [])]).toEqual(expected);
});

test('absent samples are null, and so are fields without a column', () => {
  const batch = rows(2, {
    columns: [{ field: 'bs1_t0', values: Int32Array.of(5, 6), absent: Uint8Array.of(0, 1) }],
  });
  const [first, second] = encoder.encode(batch).values.map(decode);
  expect(first).toMatchObject({ bs1_t0: 5, bs2_t0: null, rs1_t0: null });
  expect(second).toMatchObject({ bs1_t0: null });
});

test('nothing of a batch is left in the next one', () => {
  encoder.encode(rows(1));
  const day = rows(1, {
    session: 'Day',
    columns: [{ field: 'rs1_t0', values: Int32Array.of(9), absent: undefined }],
  });
  expect(encoder.encode(day).values.map(decode)).toMatchObject([{ rs1_t0: 9, bs1_t0: null }]);
});

test('a part of a batch is its rows from, up to but not including, to', () => {
  const part = encoder.encode(rows(5), 1, 3);
  expect(part.values.map(decode)).toMatchObject([{ bs1_t0: 2 }, { bs1_t0: 3 }]);
  expect(part).toMatchObject({ site: 'B009', session: 'Min', samples: 2, key: encoder.keyOf('B009') });
  expect(part.bytes).toBe(part.values.reduce((sum, value) => sum + value.length, 0));
});

test('any rows read back as they were, times exact to the millisecond', () => {
  const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  const sample = fc.option(int, { nil: null });
  const format = timestampFormatter();
  const row = fc.record({
    time: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
    samples: fc.array(sample, { minLength: CHANNELS.length, maxLength: CHANNELS.length }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (given) => {
      const batch = rows(given.length, {
        times: Float64Array.from(given, ({ time }) => time),
        columns: CHANNELS.map(({ field }, column) => ({
          field,
          values: Int32Array.from(given, ({ samples }) => samples[column] ?? 12345),
          absent: Uint8Array.from(given, ({ samples }) => (samples[column] === null ? 1 : 0)),
        })),
      });
      const expected = given.map(({ time, samples }) => ({
        site: 'B009',
        time,
        timestamp: format(time),
        ...Object.fromEntries(CHANNELS.map(({ field }, column) => [field, samples[column]])),
      }));
      expect(encoder.encode(batch).values.map(decode)).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test('a 20 Hz row takes its place in a slab without copies', () => {
  const { values } = encoder.encode(rows(100, { times: Float64Array.from({ length: 100 }, () => START) }));
  expect(new Set(values.map(({ buffer }) => buffer)).size).toBe(1);
});
