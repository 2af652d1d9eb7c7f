/** What a Flink table of a Kafka topic is made from. */

/** Event time of a table, and how long to wait for late events. */
export interface Watermark {
  /** Column of the event time. */
  readonly column: string;
  /** How late an event may arrive, as the text of a SQL interval, for example `5 SECOND`. */
  readonly delay: string;
}

/**
 * Where a table starts to read its topic: at the first record, after the last one, or at the offsets of its
 * consumer group.
 */
export type TableStartup = 'earliest-offset' | 'latest-offset' | 'group-offsets';

/** How a table reads and writes its topic. */
export interface AvroTableSettings {
  /**
   * Prefix of the names of the key's columns.
   * @default - 'key_'; no prefix for an upsert table
   */
  readonly keyPrefix?: string;
  /**
   * Whether a record replaces the earlier record with the same key, and a record without a value deletes it.
   * The key's columns become the primary key. Such a table is always read from the start of the topic.
   * @default false
   */
  readonly upsert?: boolean;
  /**
   * Name of an extra column for the Kafka timestamp of the record: when it was sent, unless the producer set
   * another time. It is not written.
   * @default - none
   */
  readonly recordTime?: string;
  /**
   * Name of an extra `BIGINT` column for the offset of the record. It is not written.
   * @default - none
   */
  readonly recordOffset?: string;
  /**
   * Column of the event time, and how late events may arrive.
   * @default - none: the table has no event time
   */
  readonly watermark?: Watermark;
  /**
   * Value columns to read, in the order of the schema. Other columns are not decoded.
   * @default - all
   */
  readonly columns?: readonly string[];
  /**
   * Extra columns by name, each with the SQL expression that computes it.
   * @default - none
   */
  readonly computedColumns?: Readonly<Record<string, string>>;
  /**
   * Where reading starts.
   * @default 'earliest-offset'
   */
  readonly startup?: TableStartup;
  /**
   * Whether reading ends at the offset that is the latest when it starts.
   * @default false
   */
  readonly bounded?: boolean;
  /**
   * Which records to read: only those of committed transactions (and those without a transaction), or all.
   * @default 'read_committed'
   */
  readonly isolation?: 'read_committed' | 'read_uncommitted';
  /**
   * How jobs write the table: each row at least once, or exactly once, in transactions that are committed
   * with the job's checkpoints. The schema that is registered is the text of the `.avsc`, unchanged.
   * @default - the table is read-only: an INSERT would register a schema that Flink derives from the columns
   */
  readonly sink?: 'at-least-once' | 'exactly-once';
  /**
   * Prefix of the transactional ids. It must stay the same when a job restarts, and no other job or table may
   * use it.
   * @default - none; required if `sink` is 'exactly-once', not allowed otherwise
   */
  readonly transactionalIdPrefix?: string;
  /**
   * Any other option of Flink's Kafka connector or its formats, for example `properties.fetch.max.wait.ms`.
   * Options that follow from other settings are not allowed.
   * @default - none
   */
  readonly options?: Readonly<Record<string, string>>;
}

/** Everything that a table is made from. */
export interface AvroTableConfig extends AvroTableSettings {
  /** Name of the table. */
  readonly name: string;
  readonly topic: string;
  /** Brokers, `host:port` separated by commas, as Flink reaches them. */
  readonly bootstrapServers: string;
  /** Address of the registry's Confluent API, as Flink reaches it. */
  readonly registryUrl: string;
  /** Text of the `.avsc` of the value, a record. */
  readonly valueSchema: string;
  /**
   * Text of the `.avsc` of the key, a record. Its fields become columns, with `keyPrefix` before each name.
   * @default - the key is not read
   */
  readonly keySchema?: string;
  /**
   * How long a transaction may stay open, in milliseconds. Choose more than a job takes to recover from a
   * failure, and at most `transaction.max.timeout.ms` of the brokers, 15 minutes by default. If a job is
   * killed, readers of committed records wait this long.
   * @default 600000
   */
  readonly transactionTimeoutMs?: number;
}
