/** Charts with a Kafka in them, and looks into what they synthesize, for the tests of it. */
import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Kafka, Storage, ZooKeeper, type KafkaProps } from '../../../constructs/index';
import { type Container, type PodSpec } from '../../rules/model';
import { newChart, objectOf } from '../support';

export interface StatefulSet {
  metadata: { name: string };
  spec: {
    replicas: number;
    podManagementPolicy: string;
    template: { metadata: { annotations: Record<string, string> }; spec: PodSpec };
  };
}

export function make(props: KafkaProps = {}, settings = {}) {
  const chart = newChart(settings);
  return { chart, kafka: new Kafka(chart, 'kafka', props) };
}

export function withZooKeeper(props: KafkaProps = {}) {
  const chart = newChart();
  const zooKeeper = new ZooKeeper(chart, 'zookeeper');
  return { chart, kafka: new Kafka(chart, 'kafka', { zooKeeper, ...props }) };
}

export const brokers = (chart: ReturnType<typeof newChart>) =>
  objectOf<StatefulSet>(chart, 'StatefulSet', 'kafka-broker').spec;

export const containerOf = (chart: ReturnType<typeof newChart>): Container => {
  const [container] = brokers(chart).template.spec.containers;
  if (container === undefined) throw new Error('there is no container');
  return container;
};

export const variables = (container: Container) =>
  Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value]));

export const files = (chart: ReturnType<typeof newChart>, name = 'kafka-broker') =>
  objectOf<{ data: Record<string, string> }>(chart, 'ConfigMap', name).data;

export const properties = (chart: ReturnType<typeof newChart>, name?: string) =>
  Object.fromEntries(
    (files(chart, name)['server.properties'] ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );

/** Every prop, so that a new one is not forgotten here. */
export const ALL: Required<Omit<KafkaProps, 'zooKeeper'>> = {
  name: 'events',
  brokers: 3,
  controllers: {
    count: 5,
    name: 'events-controller',
    storage: Storage.claim(Size.gibibytes(1), { storageClass: 'fast' }),
    resources: { memoryRequest: Size.mebibytes(400), memoryLimit: Size.mebibytes(800) },
    heap: Size.mebibytes(300),
    properties: { 'metadata.log.max.snapshot.interval.ms': 60_000 },
    pod: {
      env: { KAFKA_OPTS: '-Dexample=2' },
      secrets: [{ secretName: 'tls', mountPath: '/mnt/tls' }],
    },
  },
  image: 'example/kafka:4.3.2',
  storage: Storage.claim(Size.gibibytes(100), { storageClass: 'fast', retain: false }),
  resources: {
    cpuRequest: Cpu.units(1),
    cpuLimit: Cpu.units(4),
    memoryRequest: Size.gibibytes(2),
    memoryLimit: Size.gibibytes(4),
  },
  heap: Size.gibibytes(2),
  listeners: [
    { name: 'INTERNAL', port: 9092, protocol: 'PLAINTEXT', reach: 'pods' },
    { name: 'SECURE', port: 9094, protocol: 'SASL_SSL', reach: 'pods' },
    {
      name: 'OUTSIDE',
      port: 19093,
      protocol: 'SSL',
      reach: 'host',
      nodePort: 31000,
      advertisedHost: 'kafka.example.com',
      advertisedPort: 9100,
    },
  ],
  replicationFactor: 3,
  minInSyncReplicas: 2,
  partitions: 6,
  autoCreateTopics: true,
  properties: { 'log.retention.hours': 48 },
  clusterId: '5L6g3nShT-eMCtK--X86sw',
  pod: {
    env: { KAFKA_OPTS: '-Dexample=1', KEYSTORE_PASSWORD: { secretKeyRef: { name: 'tls', key: 'password' } } },
    secrets: [{ secretName: 'tls', mountPath: '/mnt/tls' }],
  },
  gracePeriod: Duration.minutes(3),
};
