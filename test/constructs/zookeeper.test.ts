import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Storage, ZooKeeper, type ZooKeeperProps } from '../../constructs/index';
import { ofKind, type EnvVar, type PodSpec } from '../rules/model';
import { brokenRules, newChart, objectOf, synth } from './support';

function make(props: ZooKeeperProps = {}, settings = {}) {
  const chart = newChart(settings);
  return { chart, zooKeeper: new ZooKeeper(chart, 'zookeeper', props) };
}

const containerOf = (chart: ReturnType<typeof newChart>) =>
  objectOf<{ spec: { template: { spec: PodSpec } } }>(chart, 'StatefulSet', 'kafka-zookeeper').spec.template
    .spec.containers[0];

const variables = (env: readonly EnvVar[] = []) =>
  Object.fromEntries(env.map(({ name, value }) => [name, value]));

const ALL: Required<ZooKeeperProps> = {
  name: 'coordination',
  replicas: 3,
  image: 'example/zookeeper:7.9.6',
  storage: Storage.claim(Size.gibibytes(5), { storageClass: 'fast' }),
  resources: { memoryRequest: Size.mebibytes(300), memoryLimit: Size.mebibytes(600) },
  heap: Size.mebibytes(256),
  tickTime: Duration.seconds(3),
  pod: { env: { ZOOKEEPER_MAX_CLIENT_CNXNS: '100' } },
};

describe('ZooKeeper', () => {
  test('required props only', () => {
    expect(synth(make().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    expect(synth(make(ALL).chart)).toMatchSnapshot();
  });

  test.each([1, 3])('%i servers: the objects keep the rules of the charts', (replicas) => {
    expect(brokenRules(make({ replicas }).chart)).toEqual({});
  });

  test('defaults', () => {
    const { zooKeeper } = make();
    expect(zooKeeper.connect).toBe('kafka-zookeeper:2181');
    expect(zooKeeper.replicas).toBe(1);
    expect(zooKeeper.image).toBe('confluentinc/cp-zookeeper:7.9.5');
    expect(zooKeeper.storage).toEqual(Storage.claim(Size.gibibytes(1)));
    expect(zooKeeper.tickTime.toSeconds()).toBe(2);
    expect(zooKeeper.resources.cpuRequest).toEqual(Cpu.millis(50));
    expect(zooKeeper.resources.cpuLimit).toEqual(Cpu.units(1));
    expect(zooKeeper.resources.memoryRequest.toMebibytes()).toBe(52);
    expect(zooKeeper.resources.memoryLimit.toMebibytes()).toBe(384);
    expect(zooKeeper.heap.toMebibytes()).toBe(192);
  });

  test('one server knows of no others', () => {
    expect(variables(containerOf(make().chart)?.env)).not.toHaveProperty('ZOOKEEPER_SERVERS');
  });

  test('three servers know each other by the names of their pods', () => {
    const container = containerOf(make({ replicas: 3 }).chart);
    expect(variables(container?.env)).toMatchObject({
      ZOOKEEPER_SERVERS: [0, 1, 2]
        .map((i) => `kafka-zookeeper-${i}.kafka-zookeeper-headless:2888:3888`)
        .join(';'),
      ZOOKEEPER_QUORUM_LISTEN_ON_ALL_IPS: 'true',
    });
  });

  test("a server's number is its pod's, from 1", () => {
    expect(containerOf(make().chart)?.command?.[2]).toContain('ZOOKEEPER_SERVER_ID=$((${HOSTNAME##*-} + 1))');
  });

  test('snapshots and log stand in subfolders of the volume, where the image has its own volumes', () => {
    expect(containerOf(make().chart)?.volumeMounts).toEqual(
      expect.arrayContaining([
        { name: 'data', subPath: 'data', mountPath: '/var/lib/zookeeper/data' },
        { name: 'data', subPath: 'log', mountPath: '/var/lib/zookeeper/log' },
      ]),
    );
  });

  test('only servers talk to servers', () => {
    const policies = (replicas: number) =>
      ofKind(synth(make({ replicas }).chart), 'NetworkPolicy').map((it) => it.spec);
    expect(policies(1).map((spec) => Object.keys(spec ?? {}))).toEqual([['podSelector', 'policyTypes']]);
    expect(policies(3)).toMatchObject([{ ingress: [{ ports: [{ port: 2888 }, { port: 3888 }] }] }]);
  });
});

describe('ZooKeeper throws if', () => {
  test.each([2, 4])('there are %i servers', (replicas) => {
    expect(() => make({ replicas })).toThrow(
      `test/zookeeper: replicas is ${replicas}; allowed: an odd number. ` +
        `${replicas} servers outlive as few failures as ${replicas - 1}; use ${replicas - 1} or ${replicas + 1}.`,
    );
  });

  test('the heap does not fit the memory limit', () => {
    expect(() => make({ heap: Size.mebibytes(300) })).toThrow(
      'test/zookeeper: heap is "300Mi"; allowed: at most 256Mi, the memory limit of 384Mi less 128Mi',
    );
  });
});

describe('ZooKeeper.fromConnect', () => {
  test('is a link to servers, with the path of Kafka in them', () => {
    expect(ZooKeeper.fromConnect('a:2181,b:2182/kafka')).toMatchObject({
      connect: 'a:2181,b:2182/kafka',
      endpoint: { kind: 'external', ports: [2181, 2182] },
    });
  });

  test.each(['', 'a', 'a:0', '/kafka', 'a:1,,b:2'])('throws if it is %p', (connect) => {
    expect(() => ZooKeeper.fromConnect(connect)).toThrow(
      /^ZooKeeper\.fromConnect: connect is ".*"; allowed: `host:port`, several separated by commas, then a `\/path` if there is one\. Correct ".*", for example kafka-zookeeper:2181\.$/,
    );
  });
});
