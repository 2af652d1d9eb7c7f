/** Avro schemas that hold rows, in every shape that `ColumnWriter` takes, for property tests. */
import fc from 'fast-check';

import { CHANNELS } from '../../../producer/bottle/channels';
import { parseSchema, type RowSchema } from '../../../producer/records/schemas';

/** A type as such, and in unions with null in either order, also of three branches. */
function inUnions(...types: unknown[]): unknown[] {
  return types.flatMap((type) => [type, ...nullable(type)]);
}

function nullable(...types: unknown[]): unknown[] {
  return types.flatMap((type) => [
    [type, 'null'],
    ['null', type],
    ['null', 'boolean', type],
  ]);
}

const STRINGS = inUnions('string', { type: 'string', doc: 'text' });
const TIMES = inUnions('long', { type: 'long', logicalType: 'timestamp-millis' });
const SAMPLES = nullable('int', 'long', { type: 'int', doc: 'counts' });

/** Fields that rows do not have: null, or their default. */
const EXTRAS = [
  { name: 'note', type: ['null', 'string'] },
  { name: 'version', type: 'int', default: -3 },
  { name: 'unit', type: ['string', 'null'], default: 'counts' },
  { name: 'scale', type: 'double', default: 0.5 },
  { name: 'gauges', type: { type: 'array', items: 'int' }, default: [0, 1, 2, 3] },
];

/** A schema of a row: fields in any order, each in one of its shapes, with fields of others among them. */
export const schemaShape: fc.Arbitrary<RowSchema> = fc
  .record({
    strings: fc.tuple(fc.constantFrom(...STRINGS), fc.constantFrom(...STRINGS)),
    time: fc.constantFrom(...TIMES),
    samples: fc.array(fc.constantFrom(...SAMPLES), {
      minLength: CHANNELS.length,
      maxLength: CHANNELS.length,
    }),
    extras: fc.subarray(EXTRAS),
    seed: fc.nat(),
  })
  .chain(({ strings, time, samples, extras }) => {
    const fields = [
      { name: 'site', type: strings[0] },
      { name: 'time', type: time },
      { name: 'timestamp', type: strings[1] },
      ...CHANNELS.map(({ field }, index) => ({ name: field, type: samples[index] })),
      ...extras,
    ];
    return fc.shuffledSubarray(fields, { minLength: fields.length });
  })
  .map((fields) => parseSchema('row.avsc', JSON.stringify({ type: 'record', name: 'row', fields })));
