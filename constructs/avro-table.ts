import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import type { AvroSchemas } from './avro-schemas';
import type { Endpoint } from './common/workload';
import { invalid, withPath } from './common/invalid';
import { kafkaTableOptions } from './known/flink';
import { checkOptions } from './known/options';
import type { ITopic } from './kafka/topic';
import type { ISchemaRegistry } from './schema-registry/link';
import { avroTableDdl } from './sql/avro-table';
import type { AvroTableConfig, AvroTableSettings, TableStartup } from './sql/table-config';

/** Props of `AvroTable`. */
export interface AvroTableProps extends AvroTableSettings {
  /** Topic of the table, with its Kafka cluster. */
  readonly topic: ITopic;
  /** Registry of the topic's schemas. */
  readonly registry: ISchemaRegistry;
  /** Schema files of the topic. */
  readonly schemas: AvroSchemas;
  /**
   * Name of the table.
   * @default - the name of the topic
   */
  readonly name?: string;
  /**
   * File of the value schema.
   * @default - `TOPIC-value.avsc`
   */
  readonly valueSchema?: string;
  /**
   * File of the key schema. Its fields become columns. `null`: the key is not read.
   * @default - `TOPIC-key.avsc` if the file exists, otherwise the key is not read
   */
  readonly keySchema?: string | null;
  /**
   * How long a transaction may stay open. Choose more than a job takes to recover from a failure, and at most
   * `transaction.max.timeout.ms` of the brokers, 15 minutes by default. If a job is killed, readers of
   * committed records wait this long.
   * @default Duration.minutes(10)
   */
  readonly transactionTimeout?: Duration;
}

/**
 * A Flink SQL table of a topic, with columns from the topic's Avro schemas. It creates no Kubernetes object.
 */
export class AvroTable extends Construct {
  /** Name of the table. */
  readonly name: string;
  /** Name of the topic. */
  readonly topic: string;
  /** Where reading starts. */
  readonly startup: TableStartup;
  /** Whether reading ends at the offset that is the latest when it starts. */
  readonly bounded: boolean;
  /** How jobs write the table; undefined if it is read-only. */
  readonly sink: AvroTableProps['sink'];
  /** `CREATE TABLE`, without a trailing semicolon. */
  readonly ddl: string;
  /** Kafka. JobManagers and TaskManagers connect to it. */
  readonly kafkaEndpoint: Endpoint;
  /** The schema registry. TaskManagers connect to it. */
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
        allowed: `the protocol of Kafka, ${kafka.protocol}`,
        fix: 'Set it, with the other properties.* options that it needs.',
      });
    }
    checkOptions(this, 'options', kafkaTableOptions(props.upsert ? 'upsert-kafka' : 'kafka'), props.options);
    this.ddl = withPath(this, () => avroTableDdl(this.config(props)));
  }

  private config(props: AvroTableProps): AvroTableConfig {
    const { topic, registry, schemas, transactionTimeout, ...table } = props;
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
      transactionTimeoutMs: transactionTimeout?.toMilliseconds(),
    };
  }
}

/** Throws on two tables of one name, of which Flink would refuse the second. */
export function checkTableNames(scope: Construct, tables: readonly AvroTable[]): void {
  tables.forEach(({ name, node }, i) => {
    const first = tables.findIndex((other) => other.name === name);
    if (first === i) return;
    invalid(scope, {
      property: `tables[${i}]`,
      got: name,
      allowed: `a table with a name of its own; tables[${first}], ${tables[first]?.node.path}, has this one`,
      fix: `Set another name on ${node.path}, or list the table once.`,
    });
  });
}
