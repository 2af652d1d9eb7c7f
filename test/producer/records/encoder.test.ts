import fc from 'fast-check';

import { CHANNELS } from '../../../producer/bottle/channels';
import { type EncodedBatch, RowEncoder } from '../../../producer/records/encoder';
import { defaultSchemasRoot, loadSchemas, parseSchema } from '../../../producer/records/schemas';
import { timestampFormatter } from '../../../producer/rows/timestamp';
import { rows } from '../publish/helpers';
import { recordsOf } from './records';

const schemas = loadSchemas(defaultSchemasRoot());
const encoder = new RowEncoder(schemas, { key: 7, value: 0x01020304 });

/** The values of a batch's records. */
function values(batch: EncodedBatch): Buffer[] {
  return recordsOf(batch).map(({ value }) => value);
}

/** A message as a consumer reads it, with only the schema. */
function decode(message: Buffer): Record<string, unknown> {
  return { ...(schemas.value.type.fromBuffer(message.subarray(5)) as object) };
}

test('a key is the wire header with its id, then the key record', () => {
  expect(encoder.keyOf('B009')).toEqual(Buffer.from([0, 0, 0, 0, 7, 8, 0x42, 0x30, 0x30, 0x39]));
});

test('a value is, byte for byte, what the Avro specification says', () => {
  const [message] = values(encoder.encode(rows(1, { times: Float64Array.of(1000) })));
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
  const [first, second] = values(encoder.encode(batch)).map(decode);
  expect(first).toMatchObject({ bs1_t0: 5, bs2_t0: null, rs1_t0: null });
  expect(second).toMatchObject({ bs1_t0: null });
});

test('nothing of a batch is left in the next one', () => {
  encoder.encode(rows(1));
  const day = rows(1, {
    session: 'Day',
    columns: [{ field: 'rs1_t0', values: Int32Array.of(9), absent: undefined }],
  });
  expect(values(encoder.encode(day)).map(decode)).toMatchObject([{ rs1_t0: 9, bs1_t0: null }]);
});

test('a part of a batch is its rows from, up to but not including, to', () => {
  const part = encoder.encode(rows(5), 1, 3);
  expect(values(part).map(decode)).toMatchObject([{ bs1_t0: 2 }, { bs1_t0: 3 }]);
  expect(part).toMatchObject({ site: 'B009', session: 'Min', count: 2, samples: 2, from: 1, to: 3 });
  expect(part.bytes).toBe(values(part).reduce((sum, value) => sum + value.length, 0));
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
      expect(values(encoder.encode(batch)).map(decode)).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test('records are numbered from 0 and have the key of the station', () => {
  const records = recordsOf(encoder.encode(rows(200)));
  expect(records.map(({ offsetDelta }) => offsetDelta)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  expect(new Set(records.map(({ key }) => key.toString('hex')))).toEqual(
    new Set([encoder.keyOf('B009').toString('hex')]),
  );
});

test('rows that do not fit into one batch go into the next', () => {
  const many = rows(10_000);
  const first = encoder.encode(many);
  expect(first.to).toBeLessThan(10_000);
  expect(first.records.length).toBeLessThanOrEqual(640 * 1024);
  const second = encoder.encode(many, first.to);
  expect(decode(values(second)[0]!)).toMatchObject({ bs1_t0: first.to + 1 });
});

test('a batch is split into halves, each numbered from 0', () => {
  const halves = encoder.encode(rows(5), 1).split();
  expect(halves.map((half) => recordsOf(half).map(({ offsetDelta }) => offsetDelta))).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(halves.flatMap(values).map(decode)).toMatchObject([2, 3, 4, 5].map((bs1_t0) => ({ bs1_t0 })));
  expect(() => encoder.encode(rows(1)).split()).toThrow('one row cannot be split');
});

test('the memory of a batch is used again after its release, not before', () => {
  const first = encoder.encode(rows(1));
  const second = encoder.encode(rows(1));
  expect(second.records.buffer).not.toBe(first.records.buffer);
  first.release();
  expect(encoder.encode(rows(1)).records.buffer).toBe(first.records.buffer);
});

test('a schema without the usual shape: avsc writes the values, and the reason is given once', () => {
  const field = (name: string) => ({ name, type: name === 'bs1_t0' ? ['null', 'double'] : ['null', 'int'] });
  const { fields } = JSON.parse(schemas.value.json) as { fields: { name: string }[] };
  const json = JSON.stringify({
    type: 'record',
    name: 'row',
    fields: [...fields.slice(0, 3), ...fields.slice(3).map(({ name }) => field(name))],
  });
  const doubles = { ...schemas, value: parseSchema('doubles.avsc', json) };
  const reasons: string[] = [];
  const slow = new RowEncoder(doubles, { key: 7, value: 8 }, (reason) => reasons.push(reason));
  for (const batch of [rows(2), rows(3)]) {
    const decoded = values(slow.encode(batch)).map(
      (value) => doubles.value.type.fromBuffer(value.subarray(5)) as object,
    );
    expect(decoded.map((row) => ({ ...row }))).toMatchObject(
      Array.from({ length: batch.length }, (_, i) => ({ site: 'B009', bs1_t0: i + 1, bs2_t0: null })),
    );
  }
  expect(reasons).toEqual(['field bs1_t0 has the type ["null","double"]']);
});
