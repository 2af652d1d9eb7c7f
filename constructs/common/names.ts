/** Names of workloads and Services. They are a contract: clients and scripts use them. */
export const NAMES = {
  /** Brokers. */
  kafka: 'kafka-broker',
  /** Controllers in their own pods. */
  kafkaController: 'kafka-controller',
  /** Job that makes topics. */
  kafkaTopics: 'kafka-topics',
  /** ZooKeeper. */
  zooKeeper: 'kafka-zookeeper',
  /** Schema registry. */
  schemaRegistry: 'kafka-schema-registry',
  /** Kafka REST proxy. */
  kafkaRest: 'kafka-rest',
  /** Landoop's page of topics. */
  topicsUi: 'landoop-topics-ui',
  /** Landoop's page of schemas. */
  schemaUi: 'landoop-schema-ui',
  /** kafbat's page. */
  kafkaUi: 'kafka-ui',
  /** JobManagers. */
  flinkJobManager: 'flink-jobmanager',
  /** TaskManagers. */
  flinkTaskManager: 'flink-taskmanager',
  /** SQL gateway and prompt. */
  flinkSqlClient: 'flink-sql-client',
  /** Job that publishes bottle files. */
  strainProducer: 'strain-producer',
  /** Pods that publish archives as they appear. */
  strainIngest: 'strain-ingest',
  /** ConfigMap of schema files. */
  avroSchemas: 'avro-schemas',
} as const;
