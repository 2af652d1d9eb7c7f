import { describeDifferences } from '../../avro/differences';

const record = (fields: unknown[], more: object = {}): string =>
  JSON.stringify({ type: 'record', name: 'gtsm_etl', namespace: 'gtsm_etl', fields, ...more });

test('reports a field of another type with both types', () => {
  const there = record([{ name: 'rs1_t0', type: ['string', 'null'] }]);
  const here = record([{ name: 'rs1_t0', type: ['int', 'null'] }]);
  expect(describeDifferences(there, here)).toBe(
    'field rs1_t0 is ["string","null"] there, ["int","null"] here',
  );
});

test('fields of only one side are named, and whether ours can be read from old data', () => {
  const there = record([{ name: 'old', type: 'int' }]);
  const here = record([
    { name: 'new', type: 'int' },
    { name: 'newer', type: 'int', default: 0 },
  ]);
  expect(describeDifferences(there, here)).toBe(
    'field old only there; field new only here, without a default; field newer only here, with a default',
  );
});

test('a different name of the record is a difference', () => {
  expect(describeDifferences(record([], { namespace: 'pbo' }), record([]))).toBe(
    'namespace "pbo" there, "gtsm_etl" here',
  );
});

test('docs and longer forms of types are not differences', () => {
  const there = record([{ name: 'rs1_t0', type: [{ type: 'int' }, 'null'], doc: 'counts' }]);
  const here = record([{ name: 'rs1_t0', type: ['int', 'null'] }]);
  expect(describeDifferences(there, here)).toBe('in nothing but order, docs and defaults');
});

test('a long list is truncated', () => {
  const fields = Array.from({ length: 20 }, (_, i) => ({ name: `f${i}`, type: 'int' }));
  expect(describeDifferences(record(fields), record([]))).toMatch(/^field f0 only there;.*; and 12 more$/);
});
