/** Connectors and formats that Flink's distribution does not bring, by the jar that has to be in `lib/` on every Flink pod. */
import type { IConstruct } from 'constructs';
import { didYouMean, invalid } from '../common/invalid';

/** Beginning of the jar's file name by connector. */
export const FLINK_CONNECTORS = {
  /** Topics of Kafka as tables. */
  kafka: 'flink-sql-connector-kafka-',
  /** Avro records with schemas of a registry. */
  'avro-confluent': 'flink-sql-avro-confluent-registry-',
  /** Avro records whose schema is the table's. */
  avro: 'flink-sql-avro-',
  /** Parquet files. */
  parquet: 'flink-sql-parquet-',
  /** ORC files. */
  orc: 'flink-sql-orc-',
  /** Protocol Buffers. */
  protobuf: 'flink-sql-protobuf-',
  /** Tables of databases. */
  jdbc: 'flink-connector-jdbc-',
  /** Indices of Elasticsearch. */
  elasticsearch: 'flink-sql-connector-elasticsearch',
  /** Indices of OpenSearch. */
  opensearch: 'flink-sql-connector-opensearch',
  /** Collections of MongoDB. */
  mongodb: 'flink-sql-connector-mongodb-',
  /** Streams of Amazon Kinesis. */
  kinesis: 'flink-sql-connector-aws-kinesis-streams-',
  /** Topics of Pulsar. */
  pulsar: 'flink-sql-connector-pulsar-',
} as const;

/** Name of a connector or format that the image has to bring. */
export type FlinkConnector = keyof typeof FLINK_CONNECTORS;

/** Throws on a connector that is not known or stands twice. */
export function checkConnectors(scope: IConstruct, connectors: readonly FlinkConnector[]): void {
  const known = Object.keys(FLINK_CONNECTORS);
  connectors.forEach((connector, index) => {
    if (known.includes(connector) && connectors.indexOf(connector) === index) return;
    invalid(scope, {
      property: `connectors[${index}]`,
      got: connector,
      allowed: `each of ${known.join(', ')} at most once; csv, json, filesystem, datagen, print and blackhole are always there`,
      fix: `Correct or remove it.${didYouMean(connector, known)}`,
    });
  });
}
