import { IMAGES, NAMES } from '../../../constructs/index';
import { PORTS } from '../../../contract';

test('names of workloads and Services are those of the original demo: clients and scripts use them', () => {
  expect(NAMES).toEqual({
    kafka: 'kafka-broker',
    kafkaController: 'kafka-controller',
    kafkaTopics: 'kafka-topics',
    zooKeeper: 'kafka-zookeeper',
    schemaRegistry: 'kafka-schema-registry',
    kafkaRest: 'kafka-rest',
    topicsUi: 'landoop-topics-ui',
    schemaUi: 'landoop-schema-ui',
    kafkaUi: 'kafka-ui',
    flinkJobManager: 'flink-jobmanager',
    flinkTaskManager: 'flink-taskmanager',
    flinkSqlClient: 'flink-sql-client',
    strainIngest: 'strain-ingest',
    strainProducer: 'strain-producer',
    avroSchemas: 'avro-schemas',
  });
});

test('ports are those that clients of the original demo know', () => {
  expect(PORTS).toMatchObject({
    kafka: 9092,
    kafkaHost: 19092,
    zooKeeper: 2181,
    schemaRegistry: 8081,
    flinkUi: 8083,
    topicsUi: 8093,
    schemaUi: 8094,
  });
});

test('images are the lines that are maintained, and the last one that has ZooKeeper', () => {
  expect(IMAGES).toMatchObject({
    kafka: 'apache/kafka:4.3.1',
    confluentKafka: 'confluentinc/cp-kafka:7.9.5',
    zooKeeper: 'confluentinc/cp-zookeeper:7.9.5',
    topicsUi: 'landoop/kafka-topics-ui:0.9.4',
    schemaUi: 'landoop/schema-registry-ui:0.9.5',
    kafkaUi: 'ghcr.io/kafbat/kafka-ui:v1.3.0',
  });
});
