/** Schemas and tables that Flink or the registry would refuse only when they run, and that fail at synth. */
import { Chart } from 'cdk8s';
import { AvroSchemas, AvroTable, FlinkSessionCluster, StrainProducer } from '../../constructs/index';
import { links, newChart } from './support';

test('a folder of schemas that does not exist', () => {
  expect(() => new AvroSchemas(newChart(), 'schemas', { directory: './no-such-folder' })).toThrow(
    /^test\/schemas: directory is "\.\/no-such-folder"; allowed: an existing folder; a relative path starts at \//,
  );
});

test('two AvroSchemas of one name in a namespace', () => {
  const chart = newChart();
  links(chart);
  expect(() => links(new Chart(chart, 'inner'))).not.toThrow();
  expect(() => new AvroSchemas(chart, 'more', { files: { 'a.avsc': '"int"' } })).toThrow(
    'test/more: name is "avro-schemas"; allowed: a name that no other AvroSchemas of the namespace has; test/schemas has this one.',
  );
});

test('a default that is not of the type of its field', () => {
  const schema = { type: 'record', name: 'row', fields: [{ name: 'n', type: 'int', default: 'none' }] };
  const files = { 'rows-value.avsc': JSON.stringify(schema) };
  expect(() => new AvroSchemas(newChart(), 'schemas', { files })).toThrow(
    'test/schemas: rows-value.avsc: at /fields/0 (n)/default: found "none", expected a value of the field\'s type, "int"',
  );
});

test("a producer without its topic's schemas", () => {
  const chart = newChart();
  const { topic, registry, schemas } = links(chart);
  expect(() => new StrainProducer(chart, 'producer', { topic, registry, schemas })).toThrow(
    'test/producer: schemas is ["rows-key.avsc","rows-value.avsc"]; allowed: schemas with gtsm_etl-key.avsc and gtsm_etl-value.avsc, which the rows are written with.',
  );
});

test('two tables of one name', () => {
  const chart = newChart();
  const { topic, registry, schemas, table } = links(chart);
  const tables = [table(), new AvroTable(chart, 'twin', { topic, registry, schemas })];
  expect(() => new FlinkSessionCluster(chart, 'flink', { tables })).toThrow(
    'test/flink: tables[1] is "rows"; allowed: a table with a name of its own; tables[0], test/table, has this one.',
  );
});
