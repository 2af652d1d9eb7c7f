import { readFileSync } from 'node:fs';
import path from 'node:path';
import { avroTableDdl } from '../../../constructs/sql/avro-table';
import type { AvroTableConfig } from '../../../constructs/sql/table-config';
import { identifier, literal } from '../../../constructs/sql/quote';

const schema = (...fields: object[]): string => JSON.stringify({ type: 'record', name: 'r', fields });
const field = (name: string, type: unknown): object => ({ name, type });

/** A table of one column, `a`. */
const MINIMAL: AvroTableConfig = {
  name: 't',
  topic: 'topic-1',
  bootstrapServers: 'k:9092',
  registryUrl: 'http://r:8081',
  valueSchema: schema(field('a', ['int', 'null'])),
};

const AT = { ...field('at', { type: 'long', logicalType: 'timestamp-millis' }) };

/** Columns of the table by name. */
function columnsOf(ddl: string): Record<string, string> {
  const lines = ddl.split(') WITH (')[0]?.match(/^ {2}`(.*)` (.*?),?$/gm) ?? [];
  return Object.fromEntries(
    lines.map((line) => /`(.*)` (.*?),?$/.exec(line)?.slice(1, 3) as [string, string]),
  );
}

test('a table without a key', () => {
  expect(avroTableDdl(MINIMAL)).toBe(`CREATE TABLE \`t\` (
  \`a\` INT
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = 'k:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'topic' = 'topic-1',
  'value.avro-confluent.url' = 'http://r:8081',
  'value.format' = 'avro-confluent'
)`);
});

test('with key, event time and bound', () => {
  const ddl = avroTableDdl({
    ...MINIMAL,
    keySchema: schema(field('site', 'string')),
    valueSchema: schema(AT),
    watermark: { column: 'at', delay: '5 seconds' },
    bounded: true,
    isolation: 'read_uncommitted',
    options: { 'properties.fetch.max.wait.ms': '50' },
  });
  expect(ddl).toBe(`CREATE TABLE \`t\` (
  \`key_site\` STRING NOT NULL,
  \`at\` TIMESTAMP(3) NOT NULL,
  WATERMARK FOR \`at\` AS \`at\` - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'key.avro-confluent.url' = 'http://r:8081',
  'key.fields' = 'key_site',
  'key.fields-prefix' = 'key_',
  'key.format' = 'avro-confluent',
  'properties.bootstrap.servers' = 'k:9092',
  'properties.fetch.max.wait.ms' = '50',
  'properties.isolation.level' = 'read_uncommitted',
  'scan.bounded.mode' = 'latest-offset',
  'scan.startup.mode' = 'earliest-offset',
  'topic' = 'topic-1',
  'value.avro-confluent.url' = 'http://r:8081',
  'value.fields-include' = 'EXCEPT_KEY',
  'value.format' = 'avro-confluent'
)`);
});

describe('an upsert table', () => {
  const UPSERT: AvroTableConfig = {
    ...MINIMAL,
    upsert: true,
    keySchema: schema(field('id', 'int'), field('minute', 'long')),
  };

  test('has the fields of its key as its primary key', () => {
    const ddl = avroTableDdl(UPSERT);
    expect(ddl).toContain('\n  PRIMARY KEY (`id`, `minute`) NOT ENFORCED\n');
    expect(columnsOf(ddl)).toEqual({ id: 'INT NOT NULL', minute: 'BIGINT NOT NULL', a: 'INT' });
    expect(ddl).toContain("'connector' = 'upsert-kafka'");
  });

  test('has no options that its connector does not support', () => {
    expect(avroTableDdl(UPSERT)).not.toMatch(/scan\.startup|key\.fields/);
  });

  test("the prefix of the key's columns is also in the primary key", () => {
    const ddl = avroTableDdl({ ...UPSERT, keyPrefix: 'k_' });
    expect(ddl).toContain('PRIMARY KEY (`k_id`, `k_minute`)');
    expect(ddl).toContain("'key.fields-prefix' = 'k_'");
  });
});

describe('a table that is written', () => {
  test('registers the schemas unchanged', () => {
    const keySchema = schema(field('id', 'int'));
    const ddl = avroTableDdl({ ...MINIMAL, keySchema, sink: 'at-least-once' });
    expect(ddl).toContain(`'value.avro-confluent.schema' = '${MINIMAL.valueSchema}'`);
    expect(ddl).toContain(`'key.avro-confluent.schema' = '${keySchema}'`);
    expect(ddl).toContain("'sink.delivery-guarantee' = 'at-least-once'");
    expect(ddl).not.toContain('transaction');
  });

  test('exactly once, in transactions that end within the limit of the brokers', () => {
    const ddl = avroTableDdl({ ...MINIMAL, sink: 'exactly-once', transactionalIdPrefix: 'job-t' });
    expect(ddl).toContain("'sink.delivery-guarantee' = 'exactly-once'");
    expect(ddl).toContain("'sink.transactional-id-prefix' = 'job-t'");
    expect(ddl).toContain("'properties.transaction.timeout.ms' = '600000'");
  });
});

test('the record time is a column that can be the event time', () => {
  const ddl = avroTableDdl({
    ...MINIMAL,
    recordTime: 'since',
    watermark: { column: 'since', delay: '0 SECOND' },
  });
  expect(columnsOf(ddl)).toEqual({ a: 'INT', since: "TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL" });
  expect(ddl).toContain("WATERMARK FOR `since` AS `since` - INTERVAL '0' SECOND");
});

test('the offset of the records is a column that is not written', () => {
  const ddl = avroTableDdl({ ...MINIMAL, recordOffset: 'place' });
  expect(columnsOf(ddl)).toEqual({ a: 'INT', place: "BIGINT METADATA FROM 'offset' VIRTUAL" });
  expect(() => avroTableDdl({ ...MINIMAL, recordOffset: 'a' })).toThrow('name of two columns is "a"');
});

test('the table of the strain rows has every field of the schema, in the same order', () => {
  const read = (name: string): string =>
    readFileSync(path.join(__dirname, '../../../avro_schemas', name), 'utf8');
  const valueSchema = read('gtsm_etl-value.avsc');
  const columns = columnsOf(avroTableDdl({ ...MINIMAL, keySchema: read('gtsm_etl-key.avsc'), valueSchema }));
  const { fields } = JSON.parse(valueSchema) as { fields: { name: string }[] };
  expect(Object.keys(columns)).toEqual(['key_site', ...fields.map(({ name }) => name)]);
  expect(columns).toMatchObject({ time: 'TIMESTAMP(3)', timestamp: 'STRING', rs1_t0: 'INT', site: 'STRING' });
});

test.each<[string, unknown, string]>([
  ['a nullable type', ['null', 'string'], 'STRING'],
  ['the type first, null second', ['string', 'null'], 'STRING'],
  ['a type that is never null', 'string', 'STRING NOT NULL'],
  ['a union of one', ['double'], 'DOUBLE NOT NULL'],
  ['boolean', 'boolean', 'BOOLEAN NOT NULL'],
  ['long', 'long', 'BIGINT NOT NULL'],
  ['float', 'float', 'FLOAT NOT NULL'],
  ['bytes', 'bytes', 'BYTES NOT NULL'],
  ['a date', { type: 'int', logicalType: 'date' }, 'DATE NOT NULL'],
  ['a time of day', { type: 'int', logicalType: 'time-millis' }, 'TIME(3) NOT NULL'],
  ['an instant', [{ type: 'long', logicalType: 'timestamp-millis' }, 'null'], 'TIMESTAMP(3)'],
  ['an instant in microseconds', { type: 'long', logicalType: 'timestamp-micros' }, 'TIMESTAMP(6) NOT NULL'],
  ['a logical type of its own', { type: 'string', logicalType: 'uuid' }, 'STRING NOT NULL'],
  ['an array', { type: 'array', items: ['int', 'null'] }, 'ARRAY<INT> NOT NULL'],
  ['a map', { type: 'map', values: 'long' }, 'MAP<STRING NOT NULL, BIGINT NOT NULL> NOT NULL'],
])('%s is a column', (_, type, sql) => {
  expect(columnsOf(avroTableDdl({ ...MINIMAL, valueSchema: schema(field('a', type)) }))).toEqual({ a: sql });
});

test.each<[string, unknown, string]>([
  ['two types', ['int', 'string'], 'topic-1 value schema: field a: Flink has no column for this union'],
  ['only null', ['null'], 'Flink has no column for this union'],
  ['an enum', { type: 'enum', name: 'e', symbols: ['X'] }, 'cannot read enum into a column'],
  ['a fixed', { type: 'fixed', name: 'f', size: 4 }, 'cannot read fixed into a column'],
  ['an inner record', { type: 'record', name: 'i', fields: [] }, 'cannot read record into a column'],
])('throws for a field of %s', (_, type, message) => {
  expect(() => avroTableDdl({ ...MINIMAL, valueSchema: schema(field('a', type)) })).toThrow(message);
});

test('chosen columns are in the order of the schema, followed by computed columns', () => {
  const valueSchema = schema(field('a', 'int'), field('b', 'int'), AT);
  const ddl = avroTableDdl({
    ...MINIMAL,
    valueSchema,
    columns: ['at', 'a'],
    computedColumns: { double: 'a * 2' },
  });
  expect(columnsOf(ddl)).toEqual({ a: 'INT NOT NULL', at: 'TIMESTAMP(3) NOT NULL', double: 'AS a * 2' });
});

test('a computed column can have the watermark', () => {
  const computedColumns = { ts: 'TO_TIMESTAMP_LTZ(a, 3)' };
  expect(
    avroTableDdl({ ...MINIMAL, computedColumns, watermark: { column: 'ts', delay: '1 MINUTE' } }),
  ).toContain("WATERMARK FOR `ts` AS `ts` - INTERVAL '1' MINUTE");
});

test('reading can start elsewhere', () => {
  expect(avroTableDdl({ ...MINIMAL, startup: 'latest-offset' })).toContain(
    "'scan.startup.mode' = 'latest-offset'",
  );
});

test('special characters in names and values are quoted', () => {
  expect(identifier('a`b')).toBe('`a``b`');
  expect(literal("it's")).toBe("'it''s'");
  expect(avroTableDdl({ ...MINIMAL, name: 'x` (', registryUrl: "u'" })).toContain('CREATE TABLE `x`` (` (\n');
});

test.each<[string, Partial<AvroTableConfig>, string]>([
  ['a schema that is not JSON', { valueSchema: '{' }, 'topic-1 value schema'],
  ['a schema that is not a record', { valueSchema: '"string"' }, 'topic-1 value schema: expected a record'],
  [
    'an unknown column',
    { columns: ['b'] },
    'table t: columns is "b"; allowed: one of a. Use a column of the schema.',
  ],
  [
    'an unknown column of the event time',
    { watermark: { column: 'x', delay: '1 SECOND' } },
    'table t: watermark.column is "x"; allowed: one of a',
  ],
  [
    'an event time that is not a timestamp',
    { watermark: { column: 'a', delay: '1 SECOND' } },
    'table t: watermark.column is "a INT"; allowed: a timestamp in milliseconds',
  ],
  [
    'a delay that is not an interval',
    { watermark: { column: 'a', delay: '5s' } },
    'table t: watermark.delay is "5s"; allowed: a whole number and SECOND',
  ],
  [
    'two columns of one name',
    { keySchema: schema(field('a', 'int')), keyPrefix: '' },
    'table t: name of two columns is "a"; allowed: names that are all different. Choose another keyPrefix',
  ],
  [
    'an option that follows from another setting',
    { options: { topic: 'x' } },
    `table t: options['topic'] is "x"; allowed: options that no other setting makes`,
  ],
  [
    'an upsert table without a key',
    { upsert: true },
    'table t: keySchema is not set; allowed: the schema of the key with upsert',
  ],
  [
    'an upsert table that does not start at the first record',
    { upsert: true, keySchema: schema(field('id', 'int')), startup: 'latest-offset' },
    `table t: startup is "latest-offset"; allowed: 'earliest-offset' for an upsert table`,
  ],
  [
    'transactions without a prefix of their ids',
    { sink: 'exactly-once' },
    'table t: transactionalIdPrefix is not set; allowed: a text that no other job or table uses',
  ],
  [
    'a prefix of transactional ids without transactions',
    { sink: 'at-least-once', transactionalIdPrefix: 'x' },
    'table t: transactionalIdPrefix is "x"; allowed: nothing unless sink',
  ],
  [
    'a transaction timeout that brokers reject',
    { sink: 'exactly-once', transactionalIdPrefix: 'x', transactionTimeoutMs: 900_001 },
    'table t: transactionTimeout is "900001 ms"; allowed: 1000 ms to 900000 ms',
  ],
  [
    'a sink with chosen columns',
    { sink: 'at-least-once', columns: ['a'] },
    'table t: columns is ["a"]; allowed: nothing with sink',
  ],
])('throws for %s', (_, change, message) => {
  expect(() => avroTableDdl({ ...MINIMAL, ...change })).toThrow(message);
});
