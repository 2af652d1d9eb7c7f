/**
 * What the producer, the cluster and the one-machine mode must agree on. Both packages compile this into
 * their own output, so neither depends on the other.
 */

/** The topic that carries the strain rows. */
export const TOPIC = 'gtsm_etl';

/** Schema files in the schema folder, by the part of the message that they describe. */
export const SCHEMA_FILES = { key: `${TOPIC}-key.avsc`, value: `${TOPIC}-value.avsc` } as const;

/** Where the schema folder is mounted in containers. */
export const SCHEMAS_MOUNT_PATH = '/avro_schemas';

/** Ports, the same as in the original demo. */
export const PORTS = {
  /** Kafka, for clients in the cluster. */
  kafka: 9092,
  /** Kafka's controllers, for each other. */
  kafkaController: 9093,
  /** Kafka, for clients on the host. */
  kafkaHost: 19092,
  /** ZooKeeper, for brokers. */
  zooKeeper: 2181,
  /** Schema registry. */
  schemaRegistry: 8081,
  /** Kafka REST proxy. */
  kafkaRest: 8082,
  /** Flink's dashboard and REST API, as the host sees it. */
  flinkUi: 8083,
  /** Flink SQL gateway's REST API. */
  flinkSqlGateway: 8084,
  /** Landoop topics UI. */
  topicsUi: 8093,
  /** Landoop schema registry UI. */
  schemaUi: 8094,
  /** kafbat's kafka-ui. */
  kafkaUi: 8080,
  /** Health and metrics of `strain-producer watch`. */
  watch: 9400,
  /** The live strain page. */
  viewer: 8095,
} as const;

/** Environment variables that the producer reads. */
export const PRODUCER_ENV = {
  bootstrapServers: 'BOOTSTRAP_SERVERS',
  schemaRegistryUrl: 'SCHEMA_REGISTRY_URL',
  avroSchemasRoot: 'AVRO_SCHEMAS_ROOT',
} as const;

/** Exit codes of the producer. */
export const EXIT = {
  /** Everything was read and acknowledged. */
  ok: 0,
  /** It failed: no broker, no registry, or no input. */
  failed: 1,
  /** Wrong usage. */
  usage: 2,
  /** Everything readable is published, and the damage is listed. Another attempt would change nothing. */
  damaged: 3,
  /** Ended by SIGINT, after finishing what was in flight. */
  interrupted: 130,
  /** Ended by SIGTERM, after finishing what was in flight. */
  terminated: 143,
} as const;
