/**
 * The Flink table of a topic. Its columns come from the topic's Avro schemas, so they are written only once. The `avro-confluent`
 * format derives its reader schema from the columns, so fields that it could not read are rejected.
 */
import { avroColumns, type Column } from '../../avro/columns';
import { identifier, literal } from './quote';
import type { AvroTableConfig } from './table-config';
import { tableOptions } from './table-options';

/**
 * `CREATE TABLE` for a topic, without a trailing semicolon. Throws if a schema does not parse or Flink cannot read it, if a column
 * does not exist, or if settings contradict each other.
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
  for (const name of names) checkColumn('columns', name, all);
  return all.filter((column) => names.includes(column.name));
}

function checkColumn(what: string, name: string, all: readonly Column[]): void {
  if (all.some((column) => column.name === name)) return;
  throw new Error(`${what}: no column '${name}'; expected one of ${all.map((c) => c.name).join(', ')}`);
}

function checkNames(config: AvroTableConfig, all: readonly Column[]): void {
  const names = [
    ...all.map((column) => column.name),
    ...[config.recordTime, config.recordOffset].filter((name) => name !== undefined),
    ...Object.keys(config.computedColumns ?? {}),
  ];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new Error(
      `table ${config.name}: there are two columns '${twice}'; choose another keyPrefix or column name`,
    );
  }
}

function watermark(config: AvroTableConfig, all: readonly Column[]): string[] {
  if (!config.watermark) return [];
  const { column, delay } = config.watermark;
  const interval = /^(\d+) (SECOND|MINUTE|HOUR|DAY)S?$/i.exec(delay.trim());
  if (!interval)
    throw new Error(`watermark.delay is '${delay}': expected a number and a unit, for example '5 SECOND'`);
  if (column !== config.recordTime && config.computedColumns?.[column] === undefined) {
    checkColumn('watermark.column', column, all);
    const type = all.find((c) => c.name === column)?.type ?? '';
    if (!type.startsWith('TIMESTAMP(3)')) {
      throw new Error(
        `watermark.column: ${column} is ${type}; expected a timestamp (long, timestamp-millis)`,
      );
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
    throw new Error(
      `table ${config.name}: an upsert table needs a key schema, because the key decides which record is replaced`,
    );
  }
  return [`PRIMARY KEY (${key.map(({ name }) => identifier(name)).join(', ')}) NOT ENFORCED`];
}
