import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCHEMA_FILES } from '../../contract';
import { parseAvroSchema } from '../../avro/schema';

const parse = (schema: unknown) => parseAvroSchema(JSON.stringify(schema), 'a.avsc');
const record = (...fields: unknown[]) => ({ type: 'record', name: 'R', fields });

describe('parseAvroSchema', () => {
  test.each(Object.values(SCHEMA_FILES))('accepts the schema %s as it is', (file) => {
    const text = readFileSync(join(__dirname, '../../avro_schemas', file), 'utf8');
    expect(parseAvroSchema(text, file)).toEqual(JSON.parse(text));
  });

  test.each([
    ['a primitive', 'string'],
    ['a union, null last', ['int', 'null']],
    ['a logical type', { type: 'long', logicalType: 'timestamp-millis' }],
    [
      'array, map, enum and fixed',
      record(
        { name: 'a', type: { type: 'array', items: 'int' } },
        { name: 'm', type: { type: 'map', values: ['null', 'double'] } },
        { name: 'e', type: { type: 'enum', name: 'E', symbols: ['UP', 'DOWN'] } },
        { name: 'f', type: { type: 'fixed', name: 'F', size: 16 } },
      ),
    ],
    ['a record that refers to itself', record({ name: 'next', type: ['null', 'R'] })],
    ['a name of its namespace', { ...record({ name: 'next', type: ['null', 'R'] }), namespace: 'a.b' }],
  ])('takes %s', (_, schema) => {
    expect(parse(schema)).toEqual(schema);
  });

  test.each([
    [
      'an unknown type',
      record({ name: 'x', type: 'itn' }),
      'a.avsc: at /fields/0 (x)/type: found "itn", expected one of null, boolean',
    ],
    [
      'a field without a type',
      record({ name: 'x' }),
      'at /fields/0 (x): found {"name":"x"}, expected a member "type"',
    ],
    [
      'a field twice',
      record({ name: 'x', type: 'int' }, { name: 'x', type: 'int' }),
      'at /fields/1: found "x", expected each name once',
    ],
    [
      'a field name with a dash',
      record({ name: 'a-b', type: 'int' }),
      'at /fields/0: found "a-b", expected a name',
    ],
    [
      'a record without fields',
      { type: 'record', name: 'R' },
      'at /fields: found nothing, expected an array',
    ],
    ['a record without a name', { type: 'record', fields: [] }, 'at /name: found nothing, expected letters'],
    [
      'a type twice in a union',
      record({ name: 'x', type: ['int', 'int'] }),
      'at /fields/0 (x)/type/1: found "int", expected each type at most once',
    ],
    ['a union in a union', [['int'], 'null'], 'at /0: found ["int"], expected a type: unions do not nest'],
    ['an empty union', [], 'at /: found [], expected a union of at least one type'],
    [
      'a name declared twice',
      record({ name: 'x', type: { type: 'record', name: 'R', fields: [] } }),
      'at /fields/0 (x)/type/name: found "R", expected a name that is not declared yet',
    ],
    [
      'a fixed of no size',
      { type: 'fixed', name: 'F' },
      'at /size: found nothing, expected a whole number of bytes',
    ],
    ['a number', 5, 'at /: found 5, expected a type name, a union (array) or a declaration (object)'],
  ])('refuses %s and says where', (_, schema, message) => {
    expect(() => parse(schema)).toThrow(message);
  });

  test('names line and column where it is not JSON', () => {
    expect(() => parseAvroSchema('{\n  "type": }', 'a.avsc')).toThrow(
      /^a\.avsc: line 2, column 11: not JSON: ValueExpected$/,
    );
    expect(() => parseAvroSchema('{\n  "type": "int"', 'a.avsc')).toThrow(
      /^a\.avsc: line 2, column 16: not JSON: CloseBraceExpected$/,
    );
  });

  test.each<[unknown, unknown[], unknown[]]>([
    ['int', [0, -(2 ** 31)], ['0', 0.5, 2 ** 31, null]],
    ['long', [2 ** 40], [0.5]],
    ['double', [0.5, 1], ['0.5']],
    ['boolean', [false], [0]],
    ['string', [''], [1]],
    ['bytes', ['\u00ff'], ['\u0100']],
    [['null', 'int'], [null, 1], ['x']],
    [{ type: 'long', logicalType: 'timestamp-millis' }, [0], ['now']],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, ['A'], ['B']],
    [{ type: 'fixed', name: 'F', size: 2 }, ['ab'], ['abc']],
    [{ type: 'array', items: 'int' }, [[], [1]], [['x'], {}]],
    [{ type: 'map', values: 'int' }, [{}, { a: 1 }], [{ a: 'x' }, []]],
    [
      {
        type: 'record',
        name: 'N',
        fields: [
          { name: 'a', type: 'int' },
          { name: 'b', type: 'int', default: 1 },
        ],
      },
      [{ a: 1 }, { a: 1, b: 2 }],
      [{ b: 2 }, { a: 'x' }],
    ],
  ])('the default of a field is a value of its type: %j', (type, right, wrong) => {
    const withDefault = (value: unknown) => () => parse(record({ name: 'f', type, default: value }));
    for (const value of right) expect(withDefault(value)).not.toThrow();
    for (const value of wrong)
      expect(withDefault(value)).toThrow(/^a\.avsc: at \/fields\/0 \(f\)\/default: found/);
  });

  test('the default of a field whose type is declared before', () => {
    const level = { type: 'enum', name: 'Level', symbols: ['LOW'] };
    const both = (value: string) =>
      record({ name: 'a', type: level }, { name: 'b', type: 'Level', default: value });
    expect(() => parse(both('LOW'))).not.toThrow();
    expect(() => parse(both('HIGH'))).toThrow(/fields\/1 \(b\)\/default: found "HIGH"/);
  });
});
