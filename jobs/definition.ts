/**
 * What a streaming job is: topics, tables and SQL, without addresses. One machine and the cluster make the same job of it: here
 * its SQL is put together from addresses; a chart makes `KafkaTopics`, `AvroTable` and `FlinkSqlJob` of the same parts.
 */
import { avroTableDdl } from '../constructs/sql/avro-table';
import { literal } from '../constructs/sql/quote';
import type { AvroTableConfig } from '../constructs/sql/table-config';

/** A topic as a job needs it; what is not said is the broker's default. */
export interface JobTopic {
  /** Letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** @default - the broker's */
  readonly partitions?: number;
  /**
   * What becomes of old records: deleted by age, or all but the last of each key removed.
   * @default - the broker's, `delete`
   */
  readonly cleanup?: 'delete' | 'compact';
  /**
   * Other settings by Kafka's names.
   * @default - none
   */
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * A table of a topic. Its columns come from `avro_schemas/TOPIC-value.avsc` and, where there is such a file,
 * `avro_schemas/TOPIC-key.avsc`.
 */
export interface TableSpec extends Omit<
  AvroTableConfig,
  'name' | 'bootstrapServers' | 'registryUrl' | 'keySchema' | 'valueSchema' | 'transactionalIdPrefix'
> {
  /**
   * Name of the table.
   * @default - the topic's
   */
  readonly name?: string;
}

/** One job of Flink. */
export interface JobDefinition {
  /** Small letters, digits, `-` and `_`. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** Topics that have to be there before it starts. */
  readonly topics: readonly JobTopic[];
  /** Tables that it reads and writes. */
  readonly tables: readonly TableSpec[];
  /**
   * Functions, views and tables without a topic: statements, each without a semicolon at its end, that come after the tables.
   * @default - none
   */
  readonly declarations?: readonly string[];
  /**
   * Flink's settings of the job.
   * @default - those of the cluster
   */
  readonly settings?: Readonly<Record<string, string>>;
  /** The statement that starts it, without a semicolon at its end: an INSERT, or several in `EXECUTE STATEMENT SET BEGIN … END`. */
  readonly statement: string;
}

/** Addresses as Flink reaches them. */
export interface JobAddresses {
  /** Brokers, `host:port` separated by commas. */
  readonly bootstrapServers: string;
  /** Address of the registry's Confluent API. */
  readonly registryUrl: string;
}

/** Text of a file of `avro_schemas/` by its name; undefined when there is none. */
export type SchemaReader = (file: string) => string | undefined;

/** What identifies the transactions of a job's table: no two jobs may share it, or each would end the other's. */
export function transactionalIdPrefix(job: JobDefinition, table: TableSpec): string {
  return `${job.name}-${table.name ?? table.topic}`;
}

/** What `avroTableDdl` needs for a table. Throws when there is no schema of its topic's values. */
export function tableConfig(
  table: TableSpec,
  addresses: JobAddresses,
  schemas: SchemaReader,
): AvroTableConfig {
  const { topic } = table;
  const valueSchema = schemas(`${topic}-value.avsc`);
  if (valueSchema === undefined) {
    throw new Error(
      `no schema ${topic}-value.avsc of the topic ${topic}; write it, every field with its doc`,
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

/** `CREATE TABLE` of a job's table. Throws as `tableConfig` and `avroTableDdl` do. */
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

/** What comes after the tables: settings, declarations, the statement. Ends without a semicolon. */
export function jobScript(job: JobDefinition): string {
  const settings = Object.entries(job.settings ?? {}).map(
    ([name, value]) => `SET ${literal(name)} = ${literal(value)}`,
  );
  return [...settings, ...(job.declarations ?? []), job.statement].join(';\n\n');
}

/** All of a job's SQL, each statement ended by a semicolon: its tables, settings, declarations and the statement that starts it. */
export function jobSql(job: JobDefinition, addresses: JobAddresses, schemas: SchemaReader): string {
  const tables = job.tables.map((table) => jobTableDdl(job, table, addresses, schemas));
  return [...tables, jobScript(job)].map((text) => `${text};\n`).join('\n');
}
