import { Construct } from 'constructs';
import type { AvroSchemas } from './avro-schemas';
import type { Endpoint } from './common/workload';
import { invalid, withPath } from './common/invalid';
import { kafkaTableOptions } from './known/flink';
import { checkOptions } from './known/options';
import type { ITopic } from './kafka/topic';
import type { ISchemaRegistry } from './schema-registry/link';
import { avroTableDdl, type AvroTableConfig, type TableStartup, type Watermark } from './sql/avro-table';

/** What a user sets on `AvroTable`. */
export interface AvroTableProps {
  /** The topic, and the cluster that has it. */
  readonly topic: ITopic;
  /** Registry that has its schemas. */
  readonly registry: ISchemaRegistry;
  /** Where the schema files are. */
  readonly schemas: AvroSchemas;
  /**
   * File of the value's schema.
   * @default - `TOPIC-value.avsc`
   */
  readonly valueSchema?: string;
  /**
   * File of the key's schema, whose fields become columns; `null`: the key is not read.
   * @default - `TOPIC-key.avsc` when there is such a file, else the key is not read
   */
  readonly keySchema?: string | null;
  /**
   * Stands before the name of each of the key's columns.
   * @default - 'key_'; nothing for an upsert table
   */
  readonly keyPrefix?: string;
  /**
   * Whether a record takes the place of the earlier one of its key, and one without a value removes it.
   * @default false
   */
  readonly upsert?: boolean;
  /**
   * Name of a further column for the time that the record itself has in Kafka.
   * @default - none
   */
  readonly recordTime?: string;
  /**
   * Name of a further column for the record's place in its partition.
   * @default - none
   */
  readonly recordOffset?: string;
  /**
   * Name of the table.
   * @default - the topic's
   */
  readonly name?: string;
  /**
   * Column of the event time, and how late events may come.
   * @default - none: the table has no event time
   */
  readonly watermark?: Watermark;
  /**
   * Value columns that are wanted.
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
   * How jobs write the table: each row at least once, or in transactions that end with their checkpoints.
   * @default - it is not written
   */
  readonly sink?: 'at-least-once' | 'exactly-once';
  /**
   * What the ids of the transactions begin with: the same for a job after its restart, and for no other job and table.
   * @default - none; needed where `sink` is 'exactly-once'
   */
  readonly transactionalIdPrefix?: string;
  /**
   * How long a transaction may be open, milliseconds.
   * @default 600000
   */
  readonly transactionTimeoutMs?: number;
  /**
   * Any other option of Flink's Kafka connector or its formats.
   * @default - none
   */
  readonly options?: Readonly<Record<string, string>>;
}

/** A Flink SQL table of a topic, its columns made from the topic's Avro schemas. It makes no object of Kubernetes by itself. */
export class AvroTable extends Construct {
  /** Name of the table. */
  readonly name: string;
  /** Name of the topic. */
  readonly topic: string;
  /** Where reading begins. */
  readonly startup: TableStartup;
  /** Whether reading ends at what is the latest offset when it begins. */
  readonly bounded: boolean;
  /** How jobs write the table; undefined when they do not. */
  readonly sink: AvroTableProps['sink'];
  /** `CREATE TABLE`, without a semicolon at its end. */
  readonly ddl: string;
  /** What reads the topic's offsets and records: all of Flink. */
  readonly kafkaEndpoint: Endpoint;
  /** What decodes and encodes records: TaskManagers. */
  readonly registryEndpoint: Endpoint;

  constructor(scope: Construct, id: string, props: AvroTableProps) {
    super(scope, id);
    const { kafka } = props.topic;
    this.topic = props.topic.name;
    this.name = props.name ?? this.topic;
    this.startup = props.startup ?? 'earliest-offset';
    this.bounded = props.bounded ?? false;
    this.sink = props.sink;
    this.kafkaEndpoint = kafka.endpoint;
    this.registryEndpoint = props.registry.endpoint;
    if (kafka.protocol !== 'PLAINTEXT' && props.options?.['properties.security.protocol'] === undefined) {
      invalid(this, {
        property: "options['properties.security.protocol']",
        got: undefined,
        allowed: `what Kafka speaks there, ${kafka.protocol}`,
        fix: 'Set it, with the further properties.* options that it needs.',
      });
    }
    checkOptions(this, 'options', kafkaTableOptions(props.upsert ? 'upsert-kafka' : 'kafka'), props.options);
    this.ddl = withPath(this, () => avroTableDdl(this.config(props)));
  }

  private config(props: AvroTableProps): AvroTableConfig {
    const { topic, registry, schemas, ...table } = props;
    const keyFile = `${this.topic}-key.avsc`;
    const key = props.keySchema === undefined && keyFile in schemas.files ? keyFile : props.keySchema;
    return {
      ...table,
      name: this.name,
      topic: this.topic,
      bootstrapServers: topic.kafka.bootstrapServers,
      registryUrl: registry.url,
      valueSchema: schemas.text(props.valueSchema ?? `${this.topic}-value.avsc`),
      keySchema: key ? schemas.text(key) : undefined,
      startup: this.startup,
      bounded: this.bounded,
    };
  }
}
