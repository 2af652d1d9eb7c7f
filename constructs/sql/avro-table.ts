/**
 * Flink's table of a topic, made from the topic's Avro schemas, so that no column is typed twice. The `avro-confluent` format builds
 * its reader's schema from the columns. A field that cannot come through it is refused.
 */
import { avroColumns, type Column } from '../../avro/columns';
import { identifier, literal } from './quote';
import { tableOptions } from './table-options';

/** Lets a table know the time of its events, and when it can take them as complete. */
export interface Watermark {
  /** Column of an instant. */
  readonly column: string;
  /** How much later than a later one an event may come, as a SQL interval's text, for example `5 SECOND`. */
  readonly delay: string;
}

/** Where a table begins to read its topic: at its first record, after its last one, or where its consumer group stopped. */
export type TableStartup = 'earliest-offset' | 'latest-offset' | 'group-offsets';

/** What a table is made from. */
export interface AvroTableConfig {
  /** Name of the table. */
  readonly name: string;
  readonly topic: string;
  /** Brokers, `host:port` separated by commas, as Flink reaches them. */
  readonly bootstrapServers: string;
  /** Address of the registry's Confluent API, as Flink reaches it. */
  readonly registryUrl: string;
  /** Text of the value's `.avsc`, a record. */
  readonly valueSchema: string;
  /**
   * Text of the key's `.avsc`, a record. Its fields become columns, `key_` before each name.
   * @default - the key is not read
   */
  readonly keySchema?: string;
  /**
   * Stands before the name of each of the key's columns.
   * @default - 'key_'; nothing for an upsert table
   */
  readonly keyPrefix?: string;
  /**
   * Whether a record takes the place of the earlier one of its key, and one without a value removes it. The key's columns are the
   * primary key then. Such a table is read from the topic's beginning.
   * @default false
   */
  readonly upsert?: boolean;
  /**
   * Name of a further column, an instant with time zone: the time that the record itself has in Kafka, which is when it was sent
   * unless its producer said otherwise. It is not written.
   * @default - none
   */
  readonly recordTime?: string;
  /**
   * Name of a further column, a `BIGINT`: the record's place in its partition. It is not written.
   * @default - none
   */
  readonly recordOffset?: string;
  /** @default - none: the table has no event time */
  readonly watermark?: Watermark;
  /**
   * Value columns that are wanted, in the schema's order; what is left out is not decoded.
   * @default - all
   */
  readonly columns?: readonly string[];
  /**
   * Further columns, each by its SQL expression over the others.
   * @default - none
   */
  readonly computedColumns?: Readonly<Record<string, string>>;
  /**
   * Where reading begins.
   * @default 'earliest-offset'
   */
  readonly startup?: TableStartup;
  /**
   * Whether reading ends at what is the latest offset when it begins.
   * @default false
   */
  readonly bounded?: boolean;
  /**
   * Which records are read: those of transactions that were committed (and those without a transaction), or all.
   * @default 'read_committed'
   */
  readonly isolation?: 'read_committed' | 'read_uncommitted';
  /**
   * How a job writes the table: each row at least once, or, in transactions that end with its checkpoints, exactly once. What the
   * registry gets is the text of the `.avsc`, unchanged.
   * @default - it is not written: an INSERT would register a schema that Flink makes up from the columns
   */
  readonly sink?: 'at-least-once' | 'exactly-once';
  /**
   * What the ids of the transactions begin with: the same for a job after its restart, and for no other job and table.
   * @default - none; needed where `sink` is 'exactly-once', and refused elsewhere
   */
  readonly transactionalIdPrefix?: string;
  /**
   * How long a transaction may be open, milliseconds: longer than a job takes to come back after a failure, and no longer than the
   * brokers' `transaction.max.timeout.ms`, by default 15 minutes. Readers of committed records wait so long for a job that was killed.
   * @default 600000
   */
  readonly transactionTimeoutMs?: number;
  /**
   * Any other option of the connector or the formats, for example `properties.fetch.max.wait.ms`. One that is made from the settings
   * above is refused.
   * @default - none
   */
  readonly options?: Readonly<Record<string, string>>;
}

/**
 * `CREATE TABLE` of a topic, without a semicolon at its end. Throws on a schema that does not parse or that Flink could not read, on a
 * watermark or column that is not there, with the names that are, and on settings that do not go together.
 */
export function avroTableDdl(config: AvroTableConfig): string {
  const prefix = config.keyPrefix ?? (config.upsert ? '' : 'key_');
  const key =
    config.keySchema === undefined ? [] : avroColumns(config.keySchema, `${config.topic} key schema`, prefix);
  const value = wanted(config, avroColumns(config.valueSchema, `${config.topic} value schema`));
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

function wanted(config: AvroTableConfig, all: Column[]): Column[] {
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
      `table ${config.name}: column '${twice}' stands there twice; choose another keyPrefix or name`,
    );
  }
}

function watermark(config: AvroTableConfig, all: readonly Column[]): string[] {
  if (!config.watermark) return [];
  const { column, delay } = config.watermark;
  const interval = /^(\d+) (SECOND|MINUTE|HOUR|DAY)S?$/i.exec(delay.trim());
  if (!interval)
    throw new Error(`watermark.delay is '${delay}': expected a number and a unit, as in '5 SECOND'`);
  if (column !== config.recordTime && config.computedColumns?.[column] === undefined) {
    checkColumn('watermark.column', column, all);
    const type = all.find((c) => c.name === column)?.type ?? '';
    if (!type.startsWith('TIMESTAMP(3)')) {
      throw new Error(`watermark.column: ${column} is ${type}; expected an instant (long, timestamp-millis)`);
    }
  }
  const lateness = `INTERVAL '${interval[1]}' ${interval[2]?.toUpperCase()}`;
  return [`WATERMARK FOR ${identifier(column)} AS ${identifier(column)} - ${lateness}`];
}

/** Columns of what Kafka knows of a record. */
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
      `table ${config.name}: an upsert table needs the key's schema, as its key tells what a record replaces`,
    );
  }
  return [`PRIMARY KEY (${key.map(({ name }) => identifier(name)).join(', ')}) NOT ENFORCED`];
}
