import { join } from 'node:path';
import { Duration } from 'cdk8s';
import { AvroSchemas, AvroTable, Kafka } from '../../constructs/index';
import { links, newChart, synth } from './support';

function make(props: Partial<ConstructorParameters<typeof AvroTable>[2]> = {}) {
  const chart = newChart();
  const { topic, registry } = links(chart);
  const schemas = new AvroSchemas(chart, 'own-schemas', {
    directory: join(__dirname, '../../avro_schemas'),
    name: 'own',
  });
  return new AvroTable(chart, 'table', {
    topic: { name: 'gtsm_etl', kafka: topic.kafka },
    registry,
    schemas,
    ...props,
  });
}

describe('AvroTable', () => {
  test('required props only', () => {
    expect(make().ddl).toMatchSnapshot();
  });

  test('all props', () => {
    const table = make({
      name: 'rows',
      valueSchema: 'gtsm_etl-value.avsc',
      keySchema: 'gtsm_etl-key.avsc',
      columns: ['time', 'rs1_t0'],
      computedColumns: { doubled: 'rs1_t0 * 2' },
      watermark: { column: 'time', delay: '1 MINUTE' },
      startup: 'latest-offset',
      bounded: true,
      options: { 'properties.fetch.max.wait.ms': '50' },
    });
    expect(table.ddl).toMatchSnapshot();
  });

  test('default: the name of the topic, unbounded from the earliest offset, key columns from the key schema', () => {
    const table = make();
    expect([table.name, table.startup, table.bounded]).toEqual(['gtsm_etl', 'earliest-offset', false]);
    expect(table.ddl).toContain('`key_site` STRING NOT NULL');
    expect(table.ddl).not.toContain('WATERMARK');
  });

  test('default: all columns of the schema', () => {
    expect(make().ddl.match(/^ {2}`/gm)).toHaveLength(60);
  });

  test('the key can be left out', () => {
    expect(make({ keySchema: null }).ddl).not.toContain('key_site');
  });

  test('a transaction timeout is passed on in milliseconds', () => {
    const transactions = { sink: 'exactly-once', transactionalIdPrefix: 'x', columns: undefined } as const;
    expect(make(transactions).ddl).toContain("'properties.transaction.timeout.ms' = '600000'");
    expect(make({ ...transactions, transactionTimeout: Duration.minutes(2) }).ddl).toContain(
      "'properties.transaction.timeout.ms' = '120000'",
    );
    expect(() => make({ ...transactions, transactionTimeout: Duration.minutes(16) })).toThrow(
      'test/table: table gtsm_etl: transactionTimeout is "960000 ms"; allowed: 1000 ms to 900000 ms',
    );
  });

  test('creates no object', () => {
    const chart = newChart();
    links(chart).table();
    expect(synth(chart).map(({ kind }) => kind)).toEqual(['ConfigMap']);
  });

  test('throws on an unknown column, with the path of the construct', () => {
    expect(() => make({ columns: ['tme'] })).toThrow(
      'test/table: table gtsm_etl: columns is "tme"; allowed: one of site, time',
    );
  });

  test('throws on a missing schema file', () => {
    const topic = { name: 'gtsm_elt', kafka: Kafka.fromBootstrapServers('kafka.example:9092') };
    expect(() => make({ topic })).toThrow(
      'file is "gtsm_elt-value.avsc"; allowed: one of clicks_ids-value.avsc',
    );
  });

  test('throws on a Kafka that needs more than plain text, unless the protocol is set', () => {
    const kafka = Kafka.fromBootstrapServers('kafka.example:9093', { protocol: 'SASL_SSL' });
    const topic = { name: 'gtsm_etl', kafka };
    expect(() => make({ topic })).toThrow(
      "options['properties.security.protocol'] is not set; allowed: the protocol of Kafka, SASL_SSL",
    );
    expect(make({ topic, options: { 'properties.security.protocol': 'SASL_SSL' } }).ddl).toContain(
      'SASL_SSL',
    );
  });
});
