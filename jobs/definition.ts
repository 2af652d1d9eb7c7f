/**
 * A streaming job: topics, tables and SQL, without addresses. It is the same job on one machine and on a
 * cluster: this file adds the addresses and builds the SQL for one machine, and a chart makes `KafkaTopics`,
 * `AvroTable` and `FlinkSqlJob` from the same parts.
 */
import { avroTableDdl } from '../constructs/sql/avro-table';
import { literal } from '../constructs/sql/quote';
import type { AvroTableConfig } from '../constructs/sql/table-config';

/** A topic of a job. */
export interface JobTopic {
  /** Letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** @default - the default of the broker */
  readonly partitions?: number;
  /**
   * Cleanup policy: delete old records, or keep only the last record of each key.
   * @default - the default of the broker, `delete`
   */
  readonly cleanup?: 'delete' | 'compact';
  /**
   * Other topic settings by their Kafka names.
   * @default - none
   */
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * A table of a topic. Its columns come from `avro_schemas/TOPIC-value.avsc` and, if it exists,
 * `avro_schemas/TOPIC-key.avsc`.
 */
export interface TableSpec extends Omit<
  AvroTableConfig,
  'name' | 'bootstrapServers' | 'registryUrl' | 'keySchema' | 'valueSchema' | 'transactionalIdPrefix'
> {
  /**
   * Name of the table.
   * @default - the name of the topic
   */
  readonly name?: string;
}

/** A Flink job. */
export interface JobDefinition {
  /** Lowercase letters, digits, `-` and `_`. */
  readonly name: string;
  /** What the job does, in one sentence. */
  readonly summary: string;
  /** Topics that must exist before the job starts. */
  readonly topics: readonly JobTopic[];
  /** Tables that the job reads and writes. */
  readonly tables: readonly TableSpec[];
  /**
   * Statements after the tables, for functions, views and tables without a topic. They have no trailing
   * semicolon.
   * @default - none
   */
  readonly declarations?: readonly string[];
  /**
   * Flink settings of the job.
   * @default - the settings of the cluster
   */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * Statement that starts the job: an INSERT, or several in `EXECUTE STATEMENT SET BEGIN … END`. It has no
   * trailing semicolon.
   */
  readonly statement: string;
}

/** Addresses as Flink reaches them. */
export interface JobAddresses {
  /** Brokers, `host:port` separated by commas. */
  readonly bootstrapServers: string;
  /** Address of the registry's Confluent API. */
  readonly registryUrl: string;
}

/** Reads a file of `avro_schemas/`; undefined if it does not exist. */
export type SchemaReader = (file: string) => string | undefined;

/**
 * Prefix of the transactional ids of a job's table. Two jobs must not share it, or they would abort each
 * other's transactions.
 */
export function transactionalIdPrefix(job: JobDefinition, table: TableSpec): string {
  return `${job.name}-${table.name ?? table.topic}`;
}

/** Input of `avroTableDdl` for a table. Throws if the topic has no value schema. */
export function tableConfig(
  table: TableSpec,
  addresses: JobAddresses,
  schemas: SchemaReader,
): AvroTableConfig {
  const { topic } = table;
  const valueSchema = schemas(`${topic}-value.avsc`);
  if (valueSchema === undefined) {
    throw new Error(
      `table ${table.name ?? topic}: avro_schemas/${topic}-value.avsc does not exist. Add the schema of topic ${topic}, with a doc for every field.`,
    );
  }
  return {
    ...table,
    ...addresses,
    name: table.name ?? topic,
    valueSchema,
    keySchema: schemas(`${topic}-key.avsc`),
  };
}

/** `CREATE TABLE` for a table of a job. Throws like `tableConfig` and `avroTableDdl`. */
export function jobTableDdl(
  job: JobDefinition,
  table: TableSpec,
  addresses: JobAddresses,
  schemas: SchemaReader,
): string {
  return avroTableDdl({
    ...tableConfig(table, addresses, schemas),
    ...(table.sink === 'exactly-once' ? { transactionalIdPrefix: transactionalIdPrefix(job, table) } : {}),
  });
}

/** The script after the tables: settings, declarations and the statement, without a trailing semicolon. */
export function jobScript(job: JobDefinition): string {
  const settings = Object.entries(job.settings ?? {}).map(
    ([name, value]) => `SET ${literal(name)} = ${literal(value)}`,
  );
  return [...settings, ...(job.declarations ?? []), job.statement].join(';\n\n');
}

/** All SQL of a job: tables, settings, declarations and the statement. Each ends with a semicolon. */
export function jobSql(job: JobDefinition, addresses: JobAddresses, schemas: SchemaReader): string {
  const tables = job.tables.map((table) => jobTableDdl(job, table, addresses, schemas));
  return [...tables, jobScript(job)].map((text) => `${text};\n`).join('\n');
}
