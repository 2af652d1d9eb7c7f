import {
  Kafka,
  KafkaTopics,
  type KafkaProps,
  type StackSettings,
  type TopicDeclaration,
} from '../../../constructs/index';
import { make as makeKafka, withZooKeeper } from '../kafka/chart';
import { newChart } from '../support';

const HOW_TO_PROCEED =
  ' For the option of a plugin or of another version, name it in `customOptions` of configureStack(…).';

describe('settings of topics', () => {
  const declare = (config: TopicDeclaration['config'], settings?: StackSettings) => () =>
    new KafkaTopics(newChart(settings), 'topics', {
      kafka: Kafka.fromBootstrapServers('kafka:9092'),
      topics: [{ name: 'rows', config }],
    });

  test('that Kafka has are taken', () => {
    expect(
      declare({ 'max.message.bytes': 1_048_576, 'cleanup.policy': 'compact,delete', preallocate: true }),
    ).not.toThrow();
  });

  test('a misspelt name is refused, with the nearest one', () => {
    expect(declare({ 'retention.byte': 1 })).toThrow(
      "test/topics: topics[0].config['retention.byte'] is 1; allowed: settings of topics of Kafka 4.3.1. " +
        `Correct the name. Did you mean "retention.bytes"?${HOW_TO_PROCEED}`,
    );
  });

  test('a property of brokers is refused, with the setting of the same meaning', () => {
    expect(declare({ 'log.retention.ms': 1 })).toThrow(
      'That is a property of brokers. Topics have "retention.ms".',
    );
    expect(declare({ 'num.io.threads': 1 })).toThrow(
      'That is a property of brokers: set it in `properties` of Kafka.',
    );
  });

  test('a setting that Kafka 4 removed is refused', () => {
    expect(declare({ 'message.format.version': '3.0' })).toThrow(
      'Kafka 4 removed message.format.version, which Kafka 3.9.1 had: leave it out.',
    );
  });

  test.each([
    ['min.insync.replicas', 'two', 'a whole number, 1 or more'],
    ['min.insync.replicas', 1.5, 'a whole number, 1 or more'],
    ['segment.bytes', 1024, 'a whole number, 1048576 or more'],
    ['segment.bytes', 2 ** 31, 'a whole number, 1048576 or more'],
    ['min.cleanable.dirty.ratio', 2, 'a number, 0 to 1'],
    ['preallocate', 'yes', 'true or false'],
    ['compression.type', 'lz5', 'one of gzip, lz4, producer, snappy, uncompressed, zstd'],
    ['cleanup.policy', 'compact;delete', 'one or more of compact, delete, separated by commas'],
  ])('%s does not take %p', (key, value, allowed) => {
    expect(declare({ [key]: value })).toThrow(
      `topics[0].config['${key}'] is ${JSON.stringify(value)}; allowed: ${allowed}. Correct the value: that is what Kafka 4.3.1 takes.`,
    );
  });
});

describe('properties of brokers', () => {
  const failing = (properties: KafkaProps['properties'], settings?: StackSettings) => () =>
    makeKafka({ properties }, settings);

  test('that Kafka has are taken, those of a listener, of a provider and of remote storage among them', () => {
    const properties = {
      'num.io.threads': 4,
      'super.users': 'User:admin',
      'listener.name.internal.ssl.keystore.type': 'PEM',
      'listener.name.internal.scram-sha-512.sasl.jaas.config': 'org.example.Module required;',
      'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
      'rlmm.config.remote.log.metadata.topic.replication.factor': 3,
      'log.retention.ms': '${env:RETENTION}',
    };
    expect(failing(properties)).not.toThrow();
  });

  test('a misspelt name is refused, with the nearest one', () => {
    expect(failing({ 'log.retention.hour': 1 })).toThrow(
      "test/kafka: properties['log.retention.hour'] is 1; allowed: properties of brokers of Kafka 4.3.1. " +
        `Correct the name. Did you mean "log.retention.hours"?${HOW_TO_PROCEED}`,
    );
  });

  test('a misspelt name behind a listener is refused', () => {
    expect(failing({ 'listener.name.internal.ssl.keystor.type': 'PEM' })).toThrow(
      /^test\/kafka: properties\['listener\.name\.internal\.ssl\.keystor\.type'\] is "PEM"; allowed: properties of brokers/,
    );
  });

  test('a setting of topics is refused, with the property of the same meaning', () => {
    expect(failing({ 'retention.ms': 1 })).toThrow('Brokers have "log.retention.ms" as its default.');
  });

  test('a property of ZooKeeper is refused with KRaft, and taken with ZooKeeper', () => {
    const properties = { 'zookeeper.session.timeout.ms': 9000 };
    expect(failing(properties)).toThrow(
      'Kafka 4 removed zookeeper.session.timeout.ms, which Kafka 3.9.1 had: leave it out.',
    );
    expect(() => withZooKeeper({ properties })).not.toThrow();
    expect(() => withZooKeeper({ properties: { 'zookeeper.sesion.timeout.ms': 9000 } })).toThrow(
      'allowed: properties of brokers of Kafka 3.9.1. Correct the name. Did you mean "zookeeper.session.timeout.ms"?',
    );
  });

  test('a value that Kafka refuses is refused', () => {
    expect(failing({ 'num.io.threads': 0 })).toThrow(
      "properties['num.io.threads'] is 0; allowed: a whole number, 1 or more.",
    );
  });

  test("a plugin's own keys are taken when the stack names them", () => {
    const properties = { 'acme.authorizer.url': 'http://acme', 'acme.token': 'x' };
    expect(failing(properties, { customOptions: ['acme.authorizer.*'] })).toThrow("properties['acme.token']");
    expect(failing(properties, { customOptions: ['acme.authorizer.*', 'acme.token'] })).not.toThrow();
  });
});
