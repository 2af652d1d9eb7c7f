import { Construct } from 'constructs';
import type { AvroSchemas } from './avro-schemas';
import type { Endpoint } from './common/endpoint';
import { invalid, withPath } from './common/invalid';
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
   * File of the key's schema, whose fields become columns with `key_` before their names; `null`: the key is not read.
   * @default - `TOPIC-key.avsc` when there is such a file, else the key is not read
   */
  readonly keySchema?: string | null;
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
    this.ddl = withPath(this, () => avroTableDdl(this.config(props)));
  }

  private config(props: AvroTableProps): AvroTableConfig {
    const { schemas, registry, watermark, columns, computedColumns, options } = props;
    const keyFile = `${this.topic}-key.avsc`;
    const key = props.keySchema === undefined && keyFile in schemas.files ? keyFile : props.keySchema;
    return {
      name: this.name,
      topic: this.topic,
      bootstrapServers: props.topic.kafka.bootstrapServers,
      registryUrl: registry.url,
      valueSchema: schemas.text(props.valueSchema ?? `${this.topic}-value.avsc`),
      ...(key ? { keySchema: schemas.text(key) } : {}),
      watermark,
      columns,
      computedColumns,
      startup: this.startup,
      bounded: this.bounded,
      options,
    };
  }
}
