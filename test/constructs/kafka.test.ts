import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Kafka, Storage, type KafkaProps } from '../../constructs/index';
import { ofKind, type KubeObject } from '../rules/model';
import {
  make,
  withZooKeeper,
  brokers,
  containerOf,
  variables,
  files,
  properties,
  ALL,
  type StatefulSet,
} from './kafka/chart';
import { brokenRules, newChart, objectOf, synth } from './support';

describe('Kafka', () => {
  test('required props only', () => {
    expect(synth(make().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    expect(synth(make(ALL).chart)).toMatchSnapshot();
  });

  test('with ZooKeeper', () => {
    expect(synth(withZooKeeper().chart)).toMatchSnapshot();
  });

  test.each([
    ['one broker', {}],
    ['three brokers', { brokers: 3 }],
    ['three brokers that are the controllers', { brokers: 3, controllers: { count: 0 } }],
  ])('%s: the objects keep the rules of the charts', (_, props) => {
    expect(brokenRules(make(props).chart)).toEqual({});
  });

  test('names are a contract', () => {
    const names = synth(make({ brokers: 3 }).chart).map((it) => `${it.kind}/${it.metadata.name}`);
    expect(names.sort()).toEqual([
      'ConfigMap/kafka-broker',
      'ConfigMap/kafka-controller',
      'NetworkPolicy/kafka-broker',
      'NetworkPolicy/kafka-controller',
      'PodDisruptionBudget/kafka-broker',
      'PodDisruptionBudget/kafka-controller',
      'Service/kafka-broker',
      'Service/kafka-broker-headless',
      'Service/kafka-controller-headless',
      'StatefulSet/kafka-broker',
      'StatefulSet/kafka-controller',
    ]);
  });
});

describe('defaults of Kafka', () => {
  test('the props', () => {
    const { kafka } = make();
    expect(kafka.name).toBe('kafka-broker');
    expect(kafka.brokers).toBe(1);
    expect(kafka.controllers).toBeUndefined();
    expect(kafka.image).toBe('apache/kafka:4.3.1');
    expect(kafka.storage).toEqual(Storage.claim(Size.gibibytes(8)));
    expect(kafka.resources.cpuRequest).toEqual(Cpu.millis(100));
    expect(kafka.resources.cpuLimit).toEqual(Cpu.units(2));
    expect(kafka.resources.memoryRequest.toMebibytes()).toBe(176);
    expect(kafka.resources.memoryLimit.toMebibytes()).toBe(640);
    expect(kafka.heap.toMebibytes()).toBe(320);
    expect(kafka.gracePeriod.toSeconds()).toBe(90);
    expect(kafka.listeners).toEqual([
      {
        name: 'INTERNAL',
        loadBalancer: {},
        port: 9092,
        protocol: 'PLAINTEXT',
        reach: 'pods',
        nodePort: 30092,
        advertisedHost: 'localhost',
        advertisedPort: 9092,
      },
    ]);
  });

  test('the link', () => {
    const { kafka } = make();
    expect(kafka.bootstrapServers).toBe('kafka-broker:9092');
    expect(kafka.protocol).toBe('PLAINTEXT');
  });

  test.each([
    [1, 1, 1],
    [2, 2, 1],
    [3, 3, 2],
    [5, 3, 2],
  ])('%i brokers: %i replicas, of which %i have to be in sync', (count, replicas, inSync) => {
    const { kafka, chart } = make({ brokers: count });
    expect(kafka.replicationFactor).toBe(replicas);
    expect(kafka.minInSyncReplicas).toBe(inSync);
    expect(properties(chart)).toMatchObject({
      'default.replication.factor': String(replicas),
      'offsets.topic.replication.factor': String(replicas),
      'transaction.state.log.replication.factor': String(replicas),
      'share.coordinator.state.topic.replication.factor': String(replicas),
      'min.insync.replicas': String(inSync),
    });
  });

  test('topics that are written to are not made, and have one partition', () => {
    expect(properties(make().chart)).toMatchObject({
      'auto.create.topics.enable': 'false',
      'num.partitions': '1',
    });
  });

  test('with ZooKeeper the image is the last line that has it', () => {
    expect(withZooKeeper().kafka.image).toBe('confluentinc/cp-kafka:7.9.5');
  });

  test('controllers stay a while when everything ends at once, as brokers leave by asking one', () => {
    const { chart } = make({ brokers: 3 });
    const containers = (name: string) =>
      objectOf<StatefulSet>(chart, 'StatefulSet', name).spec.template.spec.containers;
    const stays = { lifecycle: { preStop: { exec: { command: ['sleep', '15'] } } } };
    expect(containers('kafka-controller')).toMatchObject([stays]);
    expect(containers('kafka-broker')).not.toMatchObject([stays]);
  });

  test('nothing outside the cluster reaches it', () => {
    expect(ofKind(synth(make().chart), 'Service').map(({ spec }) => spec?.type ?? 'ClusterIP')).toEqual([
      'ClusterIP',
      'ClusterIP',
    ]);
  });

  test('of controllers: three with two or more brokers, one claim of 2Gi each', () => {
    const controllers = make({ brokers: 2 }).kafka.controllers;
    expect(controllers?.count).toBe(3);
    expect(controllers?.workload.name).toBe('kafka-controller');
    expect(controllers?.storage).toEqual(Storage.claim(Size.gibibytes(2)));
    expect(controllers?.resources.cpuRequest).toEqual(Cpu.millis(50));
    expect(controllers?.resources.cpuLimit).toEqual(Cpu.units(1));
    expect(controllers?.resources.memoryRequest.toMebibytes()).toBe(320);
    expect(controllers?.resources.memoryLimit.toMebibytes()).toBe(640);
    expect(controllers?.heap.toMebibytes()).toBe(320);
  });
});

describe('the quorum', () => {
  test('of one broker is the broker itself', () => {
    expect(properties(make().chart)).toMatchObject({
      'process.roles': 'broker,controller',
      'controller.quorum.voters': '0@kafka-broker-0.kafka-broker-headless:9093',
    });
  });

  test('of three brokers is three controllers apart', () => {
    const { chart } = make({ brokers: 3 });
    const voters = [0, 1, 2]
      .map((i) => `${1000 + i}@kafka-controller-${i}.kafka-controller-headless:9093`)
      .join(',');
    expect(properties(chart)).toMatchObject({
      'process.roles': 'broker',
      'controller.quorum.voters': voters,
    });
    expect(properties(chart, 'kafka-controller')).toMatchObject({
      'process.roles': 'controller',
      'controller.quorum.voters': voters,
    });
  });

  test('of three brokers with no controllers apart is the brokers', () => {
    const { chart } = make({ brokers: 3, controllers: { count: 0 } });
    expect(properties(chart)['controller.quorum.voters']?.split(',')).toHaveLength(3);
  });

  test('a new one is not waited for pod by pod, and finds itself before it is ready', () => {
    const { chart } = make();
    expect(brokers(chart).podManagementPolicy).toBe('Parallel');
    expect(objectOf<KubeObject>(chart, 'Service', 'kafka-broker-headless').spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
    });
  });
});

describe('the cluster id', () => {
  const idOf = (namespace: string, name?: string) => {
    const chart = newChart();
    Object.defineProperty(chart, 'namespace', { value: namespace });
    return new Kafka(chart, 'kafka', { name }).clusterId;
  };

  test('is 16 bytes, the same at every synthesis, another one in another namespace or by another name', () => {
    const id = idOf('one');
    expect(id).toMatch(/^[\w-]{21}[AQgw]$/);
    expect(idOf('one')).toBe(id);
    expect(idOf('two')).not.toBe(id);
    expect(idOf('one', 'other')).not.toBe(id);
  });

  test('reaches every process', () => {
    const { chart } = make({ brokers: 3 });
    const sets = ofKind(synth(chart), 'StatefulSet') as unknown as StatefulSet[];
    const ids = sets.map(({ spec }) => variables(spec.template.spec.containers[0]!).CLUSTER_ID);
    expect(new Set(ids).size).toBe(1);
  });

  test('is not for ZooKeeper', () => {
    const { kafka, chart } = withZooKeeper();
    expect(kafka.clusterId).toBeUndefined();
    expect(variables(containerOf(chart))).not.toHaveProperty('CLUSTER_ID');
  });
});

describe('what the pods roll for', () => {
  const hashOf = (props: KafkaProps) =>
    brokers(make(props).chart).template.metadata.annotations['cdk8s-kafka-flink/config-hash'];

  test('a changed property', () => {
    expect(hashOf({ properties: { 'log.retention.hours': 1 } })).not.toBe(hashOf({}));
  });

  test('not a prop that is for something else', () => {
    expect(hashOf({ gracePeriod: Duration.minutes(5) })).toBe(hashOf({}));
  });

  test('controllers do not roll for a property of the brokers', () => {
    const controllers = (props: KafkaProps) =>
      objectOf(make({ brokers: 3, ...props }).chart, 'StatefulSet', 'kafka-controller');
    expect(controllers({ properties: { 'log.retention.hours': 1 } })).toEqual(controllers({}));
  });
});

test('a rollout continues when a broker has had time to catch up; a single broker does not wait', () => {
  expect(brokers(make({ brokers: 3 }).chart)).toMatchObject({ minReadySeconds: 15 });
  expect(brokers(make().chart)).not.toHaveProperty('minReadySeconds');
});

describe('memory', () => {
  test('the heap is fixed below the limit', () => {
    const { chart } = make({ heap: Size.mebibytes(320) });
    expect(variables(containerOf(chart)).KAFKA_HEAP_OPTS).toBe('-Xms320m -Xmx320m');
  });

  test('a small heap gets a small buffer of the log cleaner, which the user can set', () => {
    expect(properties(make().chart)['log.cleaner.dedupe.buffer.size']).toBe('20971520');
    const own = make({ properties: { 'log.cleaner.dedupe.buffer.size': 1 } });
    expect(properties(own.chart)['log.cleaner.dedupe.buffer.size']).toBe('1');
    expect(properties(make(ALL).chart, 'events')).not.toHaveProperty(['log.cleaner.dedupe.buffer.size']);
  });
});

describe('Kafka with ZooKeeper', () => {
  test('takes its settings from the environment, as the image wants them', () => {
    expect(variables(containerOf(withZooKeeper().chart))).toMatchObject({
      KAFKA_ZOOKEEPER_CONNECT: 'kafka-zookeeper:2181',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'INTERNAL:PLAINTEXT',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_CUB_ZK_TIMEOUT: '240',
      KAFKA_LOG_DIRS: '/var/lib/kafka/data/kafka',
    });
    const start = files(withZooKeeper().chart)['start.sh'];
    expect(start).toContain('export KAFKA_BROKER_ID=$ordinal');
    expect(start).toContain('export KAFKA_ADVERTISED_LISTENERS=');
    expect(start).toContain('exec /etc/confluent/docker/run');
  });

  test('copies what the image has in the folder that its script writes', () => {
    const { initContainers } = brokers(withZooKeeper().chart).template.spec;
    expect(initContainers?.[0]).toMatchObject({
      command: ['cp', '-Rf', '/etc/kafka/.', '/config'],
      volumeMounts: [{ name: 'config', mountPath: '/config' }],
    });
  });

  test('has no controllers and no share groups', () => {
    expect(ofKind(synth(withZooKeeper().chart), 'StatefulSet').map((it) => it.metadata.name)).toEqual([
      'kafka-zookeeper',
      'kafka-broker',
    ]);
    expect(Object.keys(variables(containerOf(withZooKeeper().chart))).join()).not.toContain('SHARE');
  });
});
