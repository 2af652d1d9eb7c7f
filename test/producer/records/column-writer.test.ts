import fc from 'fast-check';

import { CHANNELS } from '../../../producer/bottle/channels';
import { ByteWriter } from '../../../producer/records/byte-writer';
import { ColumnWriter } from '../../../producer/records/column-writer';
import { AvscWriter } from '../../../producer/records/avsc-writer';
import { layoutOf } from '../../../producer/records/layout';
import { parseSchema, type RowSchema } from '../../../producer/records/schemas';
import type { ValueWriter } from '../../../producer/records/value-writer';
import type { RowBatch } from '../../../producer/rows/batch';
import { rows } from '../publish/helpers';
import { schemaShape } from './schema-shapes';

const HEADER = Buffer.of(0, 1, 2, 3, 4);
const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

function columnWriter(schema: RowSchema): ColumnWriter {
  const layout = layoutOf(schema);
  if (layout.unknown !== undefined) throw new Error(layout.unknown);
  return new ColumnWriter(layout.fields, HEADER);
}

/** The values of a batch, none of which is longer than the writer says. */
function valuesOf(writer: ValueWriter, batch: RowBatch): Buffer[] {
  const bound = writer.begin(batch);
  return Array.from({ length: batch.length }, (_, row) => {
    const out = new ByteWriter(Buffer.alloc(bound));
    return out.buffer.subarray(0, writer.write(row, out, 0));
  });
}

const sample = fc.oneof(
  fc.constant(null),
  fc.constantFrom(INT_MIN, INT_MIN + 1, -65, -64, -1, 0, 63, 64, 8191, 8192, INT_MAX),
  fc.integer({ min: INT_MIN, max: INT_MAX }),
);
const time = fc.oneof(
  fc.constantFrom(-1, 0, 999, 1000, 59_999, 60_000, 2 ** 29, 2 ** 30, -(2 ** 30) - 1, 2 ** 38),
  fc.integer({ min: Date.UTC(0, 0), max: Date.UTC(9999, 11, 31) }),
);
const columns = fc.subarray(CHANNELS.map(({ field }) => field));
const batch: fc.Arbitrary<RowBatch> = fc
  .tuple(
    columns,
    fc.array(time, { minLength: 1, maxLength: 5 }),
    fc.string({ maxLength: 8, unit: 'grapheme' }),
  )
  .chain(([fields, times, site]) =>
    fc
      .array(fc.array(sample, { minLength: times.length, maxLength: times.length }), {
        minLength: fields.length,
        maxLength: fields.length,
      })
      .map((samples) =>
        rows(times.length, {
          site,
          times: Float64Array.from(times),
          columns: fields.map((field, index) => {
            const values = samples[index] ?? [];
            return {
              field,
              values: Int32Array.from(values, (value) => value ?? 12_345),
              absent: values.includes(null)
                ? Uint8Array.from(values, (it) => (it === null ? 1 : 0))
                : undefined,
            };
          }),
        }),
      ),
  );

test("values are avsc's, byte for byte, for every schema of the usual shape", () => {
  fc.assert(
    fc.property(schemaShape, fc.array(batch, { minLength: 1, maxLength: 3 }), (schema, batches) => {
      const [fast, reference] = [columnWriter(schema), new AvscWriter(schema, HEADER)];
      for (const batch of batches) expect(valuesOf(fast, batch)).toEqual(valuesOf(reference, batch));
    }),
    { numRuns: 100 },
  );
});

test('a time before 1970 is a negative number and the text of its instant', () => {
  const schema = parseSchema(
    'row.avsc',
    '{"type":"record","name":"row","fields":[{"name":"time","type":"long"},{"name":"timestamp","type":"string"}]}',
  );
  const [value] = valuesOf(columnWriter(schema), rows(1, { times: Float64Array.of(-1), columns: [] }));
  expect(value).toEqual(Buffer.concat([HEADER, Buffer.of(1, 46), Buffer.from('1969-12-31 23:59:59.999')]));
});

test.each([
  ['time', 'double'],
  ['site', { type: 'enum', name: 'site', symbols: ['B009'] }],
  ['bs1_t0', ['null', 'double']],
])('a schema in which %s is a %j does not have the usual shape', (name, type) => {
  const schema = parseSchema(
    'row.avsc',
    JSON.stringify({ type: 'record', name: 'row', fields: [{ name, type }] }),
  );
  expect(layoutOf(schema)).toEqual({ unknown: `field ${name} has the type ${JSON.stringify(type)}` });
});
