/**
 * Connectors and formats that are not part of Flink's distribution. Their jars must be in `lib/` of every
 * Flink pod.
 */
import type { IConstruct } from 'constructs';
import { didYouMean, invalid } from '../common/invalid';

/** Prefix of the jar's file name by connector. */
export const FLINK_CONNECTORS = {
  /** Kafka topics. */
  kafka: 'flink-sql-connector-kafka-',
  /** Avro records with schemas in a registry. */
  'avro-confluent': 'flink-sql-avro-confluent-registry-',
  /** Avro records with the schema of the table. */
  avro: 'flink-sql-avro-',
  /** Parquet files. */
  parquet: 'flink-sql-parquet-',
  /** ORC files. */
  orc: 'flink-sql-orc-',
  /** Protocol Buffers. */
  protobuf: 'flink-sql-protobuf-',
  /** Database tables. */
  jdbc: 'flink-connector-jdbc-',
  /** Elasticsearch indices. */
  elasticsearch: 'flink-sql-connector-elasticsearch',
  /** OpenSearch indices. */
  opensearch: 'flink-sql-connector-opensearch',
  /** MongoDB collections. */
  mongodb: 'flink-sql-connector-mongodb-',
  /** Amazon Kinesis streams. */
  kinesis: 'flink-sql-connector-aws-kinesis-streams-',
  /** Pulsar topics. */
  pulsar: 'flink-sql-connector-pulsar-',
} as const;

/** Name of a connector or format that the image must have. */
export type FlinkConnector = keyof typeof FLINK_CONNECTORS;

/** Throws on an unknown or repeated connector. */
export function checkConnectors(scope: IConstruct, connectors: readonly FlinkConnector[]): void {
  const known = Object.keys(FLINK_CONNECTORS);
  connectors.forEach((connector, index) => {
    if (known.includes(connector) && connectors.indexOf(connector) === index) return;
    invalid(scope, {
      property: `connectors[${index}]`,
      got: connector,
      allowed: `each of ${known.join(', ')} at most once; csv, json, filesystem, datagen, print and blackhole are always available`,
      fix: `Correct or remove it.${didYouMean(connector, known)}`,
    });
  });
}
