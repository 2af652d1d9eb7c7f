/**
 * The Flink table of a topic. Its columns come from the topic's Avro schemas, so they are written only once.
 * The `avro-confluent` format derives its reader schema from the columns, so fields that it could not read
 * are rejected.
 */
import { avroColumns, type Column } from '../../avro/columns';
import { didYouMean, invalid } from '../common/invalid';
import { identifier, literal } from './quote';
import type { AvroTableConfig } from './table-config';
import { tableOptions } from './table-options';

/**
 * `CREATE TABLE` for a topic, without a trailing semicolon. Throws if a schema does not parse or Flink cannot
 * read it, if a column does not exist, or if settings contradict each other.
 */
export function avroTableDdl(config: AvroTableConfig): string {
  const prefix = config.keyPrefix ?? (config.upsert ? '' : 'key_');
  const key =
    config.keySchema === undefined ? [] : avroColumns(config.keySchema, `${config.topic} key schema`, prefix);
  const value = chosenColumns(config, avroColumns(config.valueSchema, `${config.topic} value schema`));
  const stored = [...key, ...value];
  checkNames(config, stored);
  const lines = [
    ...stored.map(({ name, type }) => `${identifier(name)} ${type}`),
    ...metadata(config),
    ...Object.entries(config.computedColumns ?? {}).map(([name, sql]) => `${identifier(name)} AS ${sql}`),
    ...watermark(config, stored),
    ...primaryKey(config, key),
  ];
  const options = tableOptions(config, key, prefix);
  const settings = Object.keys(options)
    .sort()
    .map((name) => `${literal(name)} = ${literal(options[name] ?? '')}`);
  return `CREATE TABLE ${identifier(config.name)} (\n  ${lines.join(',\n  ')}\n) WITH (\n  ${settings.join(',\n  ')}\n)`;
}

function chosenColumns(config: AvroTableConfig, all: Column[]): Column[] {
  const names = config.columns;
  if (names === undefined) return all;
  for (const name of names) checkColumn(config, 'columns', name, all);
  return all.filter((column) => names.includes(column.name));
}

function checkColumn(config: AvroTableConfig, property: string, name: string, all: readonly Column[]): void {
  const names = all.map((column) => column.name);
  if (names.includes(name)) return;
  invalid(`table ${config.name}`, {
    property,
    got: name,
    allowed: `one of ${names.join(', ')}`,
    fix: `Use a column of the schema.${didYouMean(name, names)}`,
  });
}

function checkNames(config: AvroTableConfig, all: readonly Column[]): void {
  const names = [
    ...all.map((column) => column.name),
    ...[config.recordTime, config.recordOffset].filter((name) => name !== undefined),
    ...Object.keys(config.computedColumns ?? {}),
  ];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  invalid(`table ${config.name}`, {
    property: 'name of two columns',
    got: twice,
    allowed: 'names that are all different',
    fix: 'Choose another keyPrefix or column name.',
  });
}

function watermark(config: AvroTableConfig, all: readonly Column[]): string[] {
  if (!config.watermark) return [];
  const { column, delay } = config.watermark;
  const interval = /^(\d+) (SECOND|MINUTE|HOUR|DAY)S?$/i.exec(delay.trim());
  if (!interval) {
    invalid(`table ${config.name}`, {
      property: 'watermark.delay',
      got: delay,
      allowed: 'a whole number and SECOND, MINUTE, HOUR or DAY',
      fix: 'Give it as in 5 SECOND.',
    });
  }
  if (column !== config.recordTime && config.computedColumns?.[column] === undefined) {
    checkColumn(config, 'watermark.column', column, all);
    const type = all.find((c) => c.name === column)?.type ?? '';
    if (!type.startsWith('TIMESTAMP(3)')) {
      invalid(`table ${config.name}`, {
        property: 'watermark.column',
        got: `${column} ${type}`,
        allowed: 'a timestamp in milliseconds (long, timestamp-millis)',
        fix: 'Choose such a column, or make one in computedColumns.',
      });
    }
  }
  const lateness = `INTERVAL '${interval[1]}' ${interval[2]?.toUpperCase()}`;
  return [`WATERMARK FOR ${identifier(column)} AS ${identifier(column)} - ${lateness}`];
}

/** Columns for the metadata of a Kafka record. */
function metadata({ recordTime, recordOffset }: AvroTableConfig): string[] {
  return [
    ...(recordTime === undefined
      ? []
      : [`${identifier(recordTime)} TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL`]),
    ...(recordOffset === undefined
      ? []
      : [`${identifier(recordOffset)} BIGINT METADATA FROM 'offset' VIRTUAL`]),
  ];
}

function primaryKey(config: AvroTableConfig, key: readonly Column[]): string[] {
  if (!config.upsert) return [];
  if (key.length === 0) {
    invalid(`table ${config.name}`, {
      property: 'keySchema',
      got: undefined,
      allowed: 'the schema of the key with upsert, because the key decides which record is replaced',
      fix: 'Add it, or leave out upsert.',
    });
  }
  return [`PRIMARY KEY (${key.map(({ name }) => identifier(name)).join(', ')}) NOT ENFORCED`];
}
