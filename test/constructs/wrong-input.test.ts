/** Input that Kubernetes, Kafka or Flink would refuse only when it runs, and that fails at synth instead. */
import { App, Chart, Size } from 'cdk8s';
import {
  AvroSchemas,
  configureStack,
  FlinkSessionCluster,
  FlinkStorage,
  Kafka,
  KafkaTopics,
  SchemaRegistry,
  Storage,
  type KafkaProps,
  type SchemaRegistryProps,
} from '../../constructs/index';
import { make as makeKafka, withZooKeeper } from './kafka/chart';
import { newChart } from './support';

const kafka = (props: KafkaProps) => () => makeKafka(props);

const flink = (storage: FlinkStorage) => () => new FlinkSessionCluster(newChart(), 'flink', { storage });

describe('storage', () => {
  test.each([Storage.claim(Size.gibibytes(0)), Storage.emptyDir(Size.mebibytes(0))])(
    'of no size: %j',
    (storage) => {
      expect(kafka({ storage })).toThrow(/: storage\.size is "0"; allowed: a size above 0\. Give the room/);
    },
  );

  test('of no size for Flink', () => {
    expect(flink(FlinkStorage.claim(Size.gibibytes(0)))).toThrow(
      'storage.size is "0"; allowed: a size above 0.',
    );
  });

  test('of a file system that Flink does not have', () => {
    expect(flink(FlinkStorage.url('gx://bucket/flink'))).toThrow(
      /storage\.url is "gx:\/\/bucket\/flink".* Did you mean "gs"\?/,
    );
    expect(flink(FlinkStorage.s3('s4://bucket/flink'))).toThrow(
      'storage.url is "s4://bucket/flink"; allowed: s3://BUCKET/FOLDER',
    );
    expect(flink(FlinkStorage.url('s3://bucket/flink'))).toThrow(/Use FlinkStorage\.s3\(…\)/);
    expect(flink(FlinkStorage.s3('s3://bucket/flink', { endpoint: 'minio:9000' }))).toThrow(
      'storage.endpoint is "minio:9000"; allowed: an http:// or https:// address',
    );
  });
});

describe('listeners', () => {
  const outside = (advertisedPort: number, brokers = 1) =>
    kafka({
      brokers,
      listeners: [
        { name: 'INTERNAL', port: 9092, reach: 'pods' },
        { name: 'HOST', port: 19092, reach: 'host', advertisedPort },
      ],
    });

  test('with an advertised port that does not exist, for one of the brokers', () => {
    expect(outside(65536)).toThrow(
      'advertisedPort of listener HOST is 65536; allowed: a whole number, 1 to 65535',
    );
    expect(outside(65535, 3)).toThrow(
      'advertisedPort of listener HOST is 65535; allowed: a whole number, 1 to 65533',
    );
    expect(outside(65533, 3)).not.toThrow();
  });
});

describe('topics', () => {
  test('that two constructs declare', () => {
    const chart = newChart();
    const listeners = ['INTERNAL', 'SECOND'].map(
      (name, i) => ({ name, port: 9092 + 2 * i, reach: 'pods' }) as const,
    );
    const cluster = new Kafka(chart, 'kafka', { listeners });
    new KafkaTopics(chart, 'topics', { kafka: cluster, topics: [{ name: 'rows' }, { name: 'items' }] });
    const again = () =>
      new KafkaTopics(chart, 'more', {
        kafka: cluster.via('SECOND'),
        name: 'more',
        topics: [{ name: 'items', partitions: 2 }],
      });
    expect(again).toThrow(
      'test/more: topics[0].name is "items"; allowed: a topic that no other KafkaTopics declares; test/topics has this one. Declare it once, with all of its settings.',
    );
  });

  test('but topics of one name on two clusters are two topics', () => {
    const chart = newChart();
    for (const name of ['one', 'two']) {
      const cluster = new Kafka(chart, name, { name });
      new KafkaTopics(chart, `${name}-topics`, {
        kafka: cluster,
        name: `${name}-topics`,
        topics: [{ name: 'rows' }],
      });
    }
  });
});

describe('images', () => {
  test("Confluent's image with KRaft", () => {
    expect(kafka({ image: 'confluentinc/cp-kafka:7.9.5' })).toThrow(
      'test/kafka: image is "confluentinc/cp-kafka:7.9.5"; allowed: apache/kafka without zooKeeper, for example apache/kafka:4.3.1. ' +
        'Leave image out, or set zooKeeper.',
    );
  });

  test.each([
    'apache/kafka:4.3.1',
    'confluentinc/cp-kafka:8.1.0',
    'mirror.example.com/confluentinc/cp-server:8.0.0',
  ])('of Kafka 4 with ZooKeeper: %s', (image) => {
    expect(() => withZooKeeper({ image })).toThrow(
      'for example confluentinc/cp-kafka:7.9.5. Leave image out, or leave zooKeeper out: the Kafka of this image has none.',
    );
  });

  test('an image of another name is taken', () => {
    expect(kafka({ image: 'registry.example.com/our-kafka:1' })).not.toThrow();
  });
});

describe('names', () => {
  const twoCharts = (namespaces: readonly [string, string], make: (chart: Chart) => void) => () => {
    const app = new App();
    for (const [i, namespace] of namespaces.entries()) make(new Chart(app, `chart-${i}`, { namespace }));
  };

  test.each<[string, (chart: Chart) => unknown]>([
    ['workloads', (chart) => new Kafka(chart, 'kafka')],
    ['AvroSchemas', (chart) => new AvroSchemas(chart, 'schemas', { files: { 'a.avsc': '"int"' } })],
  ])('of %s, the same in two charts of one namespace', (_, make) => {
    expect(twoCharts(['data', 'data'], make)).toThrow(
      /^chart-1\/\w+: name is "[a-z-]+"; allowed: a name that no other \w+ of the namespace has; chart-0\/\w+ has this one/,
    );
    expect(twoCharts(['data', 'other'], make)).not.toThrow();
  });

  test('of a namespace that is not a label', () => {
    expect(() => new Kafka(new Chart(new App(), 'chart', { namespace: 'My_Data' }), 'kafka')).toThrow(
      /^chart\/kafka: namespace of the chart is "My_Data"; allowed: lowercase letters/,
    );
  });
});

describe('registries of one Kafka', () => {
  const both = (one: Partial<SchemaRegistryProps>, other: Partial<SchemaRegistryProps>) => () => {
    const chart = newChart();
    const cluster = new Kafka(chart, 'kafka');
    new SchemaRegistry(chart, 'one', { kafka: cluster, ...one });
    new SchemaRegistry(chart, 'other', { kafka: cluster, name: 'other', ...other });
  };
  const topic = { 'kafkastore.topic': '_others' };

  test.each<[string, Partial<SchemaRegistryProps>, string]>([
    ['topic', {}, `test/other: properties['kafkastore.topic'] is "_schemas"; allowed: a topic`],
    [
      'topic of another program',
      { implementation: 'apicurio' },
      `properties['apicurio.kafkasql.topic'] is "_schemas"; allowed: a topic`,
    ],
    [
      'group',
      { properties: topic },
      `properties['schema.registry.group.id'] is "schema-registry"; allowed: a group`,
    ],
  ])('with the same %s', (_, props, message) => {
    expect(both({}, props)).toThrow(message);
  });

  test('with a topic and a group of their own', () => {
    expect(both({}, { properties: { ...topic, 'schema.registry.group.id': 'others' } })).not.toThrow();
    const properties = { 'apicurio.kafkasql.topic': '_others' };
    expect(both({}, { implementation: 'apicurio', properties })).not.toThrow();
  });
});

describe('controllers', () => {
  test('with props, but none of them', () => {
    expect(kafka({ controllers: { count: 0, name: 'quorum' } })).toThrow(
      'test/kafka: controllers.name is "quorum"; allowed: nothing with controllers.count 0',
    );
  });
});

describe('a minimum of in-sync replicas that is the replication factor', () => {
  const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  beforeEach(() => warnings.mockClear());
  afterAll(() => warnings.mockRestore());

  test.each<[string, () => void, string]>([
    ['of the brokers', kafka({ brokers: 3, minInSyncReplicas: 3 }), 'test/kafka: minInSyncReplicas'],
    [
      'of a topic',
      () => {
        const config = { 'min.insync.replicas': 2 };
        new KafkaTopics(newChart(), 'topics', {
          kafka: Kafka.fromBootstrapServers('kafka.example:9092'),
          topics: [{ name: 'rows', replicationFactor: 2, config }],
        });
      },
      "test/topics: topics[0].config['min.insync.replicas']",
    ],
  ])('%s is warned of', (_, make, where) => {
    make();
    expect(warnings.mock.calls).toEqual([
      [
        expect.stringMatching(
          /: it is the replication factor, so writers stop as soon as one broker is down/,
        ),
      ],
    ]);
    expect(warnings.mock.calls.join()).toContain(`warning: ${where}: `);
  });

  test('is all that there is with one broker', () => {
    kafka({ brokers: 1 })();
    kafka({ brokers: 3 })();
    expect(warnings).not.toHaveBeenCalled();
  });
});

describe('configureStack', () => {
  test('after constructs were made', () => {
    const chart = newChart();
    new Kafka(chart, 'kafka');
    expect(() => {
      configureStack(chart, { multiNode: false });
    }).toThrow(
      'test: configureStack is "called after test/kafka was made"; allowed: a call before anything is made',
    );
  });

  test.each(['my stack', '-x', 'a'.repeat(64)])('with partOf %j, which is not a label', (partOf) => {
    expect(() => newChart({ partOf })).toThrow(/^test: partOf is .* allowed: the value of a label/);
  });

  test('with a registry that has a protocol', () => {
    expect(() => newChart({ imageRegistry: 'https://registry.example.com' })).toThrow(
      'test: imageRegistry is "https://registry.example.com"; allowed: a host, with or without a port and a path',
    );
    expect(() => newChart({ imageRegistry: 'localhost:5000/mirror' })).not.toThrow();
  });
});

test('a size of memory that is none, for Flink', () => {
  const flinkOptions = { 'taskmanager.memory.framework.heap.size': '1 GBB' };
  expect(() => new FlinkSessionCluster(newChart(), 'flink', { flinkOptions })).toThrow(
    /^test\/flink: flinkOptions\['taskmanager.memory.framework.heap.size'\] is "1 GBB"; allowed: a number and a unit of memory/,
  );
});

test('reactive mode on a session cluster', () => {
  expect(
    () => new FlinkSessionCluster(newChart(), 'flink', { flinkOptions: { 'scheduler-mode': 'REACTIVE' } }),
  ).toThrow(
    'test/flink: flinkOptions[\'scheduler-mode\'] is "REACTIVE"; allowed: options that no other prop makes.',
  );
});
