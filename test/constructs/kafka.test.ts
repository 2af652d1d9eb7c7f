import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Kafka, Storage, ZooKeeper, type KafkaProps } from '../../constructs/index';
import { ofKind, type Container, type KubeObject, type PodSpec } from '../rules/model';
import { brokenRules, newChart, objectOf, synth } from './support';

interface StatefulSet {
  metadata: { name: string };
  spec: {
    replicas: number;
    podManagementPolicy: string;
    template: { metadata: { annotations: Record<string, string> }; spec: PodSpec };
  };
}

function make(props: KafkaProps = {}, settings = {}) {
  const chart = newChart(settings);
  return { chart, kafka: new Kafka(chart, 'kafka', props) };
}

function withZooKeeper(props: KafkaProps = {}) {
  const chart = newChart();
  const zooKeeper = new ZooKeeper(chart, 'zookeeper');
  return { chart, kafka: new Kafka(chart, 'kafka', { zooKeeper, ...props }) };
}

const brokers = (chart: ReturnType<typeof newChart>) =>
  objectOf<StatefulSet>(chart, 'StatefulSet', 'kafka-broker').spec;

const containerOf = (chart: ReturnType<typeof newChart>): Container => {
  const [container] = brokers(chart).template.spec.containers;
  if (container === undefined) throw new Error('there is no container');
  return container;
};

const variables = (container: Container) =>
  Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value]));

const files = (chart: ReturnType<typeof newChart>, name = 'kafka-broker') =>
  objectOf<{ data: Record<string, string> }>(chart, 'ConfigMap', name).data;

const properties = (chart: ReturnType<typeof newChart>, name?: string) =>
  Object.fromEntries(
    (files(chart, name)['server.properties'] ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );

/** Every prop, so that a new one is not forgotten here. */
const ALL: Required<Omit<KafkaProps, 'zooKeeper'>> = {
  name: 'events',
  brokers: 3,
  controllers: {
    count: 5,
    name: 'events-controller',
    storage: Storage.claim(Size.gibibytes(1), { storageClass: 'fast' }),
    resources: { memoryRequest: Size.mebibytes(400), memoryLimit: Size.mebibytes(800) },
    heap: Size.mebibytes(300),
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
  env: { KAFKA_OPTS: '-Dexample=1', KEYSTORE_PASSWORD: { secretKeyRef: { name: 'tls', key: 'password' } } },
  secrets: [{ secretName: 'tls', mountPath: '/mnt/tls' }],
  gracePeriod: Duration.minutes(3),
};

describe('Kafka', () => {
  test('required props only', () => {
    expect(synth(make().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    expect(synth(make(ALL, { networkPolicies: true }).chart)).toMatchSnapshot();
  });

  test('with ZooKeeper', () => {
    expect(synth(withZooKeeper().chart)).toMatchSnapshot();
  });

  test.each([
    ['one broker', {}],
    ['three brokers', { brokers: 3 }],
    ['three brokers that are the controllers', { brokers: 3, controllers: { count: 0 } }],
  ])('%s: the objects keep the rules of the charts', (_, props) => {
    expect(brokenRules(make(props, { networkPolicies: true }).chart)).toEqual({});
  });

  test('names are a contract', () => {
    const names = synth(make({ brokers: 3 }).chart).map((it) => `${it.kind}/${it.metadata.name}`);
    expect(names.sort()).toEqual([
      'ConfigMap/kafka-broker',
      'ConfigMap/kafka-controller',
      'PodDisruptionBudget/kafka-broker',
      'PodDisruptionBudget/kafka-controller',
      'Service/kafka-broker',
      'Service/kafka-broker-0-host',
      'Service/kafka-broker-1-host',
      'Service/kafka-broker-2-host',
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
    expect(kafka.resources.memoryRequest.toMebibytes()).toBe(512);
    expect(kafka.resources.memoryLimit.toMebibytes()).toBe(1024);
    expect(kafka.heap.toMebibytes()).toBe(512);
    expect(kafka.gracePeriod.toSeconds()).toBe(90);
    expect(kafka.listeners).toEqual([
      {
        name: 'INTERNAL',
        port: 9092,
        protocol: 'PLAINTEXT',
        reach: 'pods',
        nodePort: 30092,
        advertisedHost: 'localhost',
        advertisedPort: 9092,
      },
      {
        name: 'HOST',
        port: 19092,
        protocol: 'PLAINTEXT',
        reach: 'host',
        nodePort: 30092,
        advertisedHost: 'localhost',
        advertisedPort: 19092,
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

  test('of controllers: three beside two brokers or more, one claim of 2Gi each', () => {
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

describe('listeners', () => {
  test('each broker has a NodePort and an advertised port of its own for the host', () => {
    const { chart } = make({ brokers: 3 });
    const ports = [0, 1, 2].map(
      (i) =>
        objectOf<{ spec: { ports: { nodePort: number; port: number }[]; selector: Record<string, string> } }>(
          chart,
          'Service',
          `kafka-broker-${i}-host`,
        ).spec,
    );
    expect(ports.map(({ ports: [port] }) => port?.nodePort)).toEqual([30092, 30093, 30094]);
    expect(ports.map(({ ports: [port] }) => port?.port)).toEqual([19092, 19093, 19094]);
    expect(ports.map(({ selector }) => selector['statefulset.kubernetes.io/pod-name'])).toEqual([
      'kafka-broker-0',
      'kafka-broker-1',
      'kafka-broker-2',
    ]);
    expect(files(chart)['start.sh']).toContain('HOST://localhost:$((19092 + ordinal))');
  });

  test('for pods are advertised by the name of the pod, whole enough for other namespaces', () => {
    expect(files(make().chart)['start.sh']).toContain(
      'INTERNAL://$HOSTNAME.kafka-broker-headless.$POD_NAMESPACE.svc:9092',
    );
  });

  test('without one for the host there is no NodePort', () => {
    const { chart } = make({ listeners: [{ name: 'INTERNAL', port: 9092, reach: 'pods' }] });
    expect(ofKind(synth(chart), 'Service').map(({ spec }) => spec?.type)).not.toContain('NodePort');
  });

  test('another one than the first is linked to by its name', () => {
    const secure = make(ALL).kafka.via('SECURE');
    expect(secure.bootstrapServers).toBe('events:9094');
    expect(secure.protocol).toBe('SASL_SSL');
    expect(secure.endpoint).toMatchObject({ ports: [9094] });
  });

  test('readiness asks a plain listener for the cluster, else the port takes connections', () => {
    expect(containerOf(make().chart).readinessProbe).toMatchObject({
      exec: { command: ['bash', '/mnt/kafka/ready.sh'] },
    });
    const { chart } = make({ listeners: [{ name: 'SECURE', port: 9094, protocol: 'SSL', reach: 'pods' }] });
    expect(containerOf(chart).readinessProbe).toMatchObject({ tcpSocket: { port: 'kafka-9094' } });
    expect(files(chart)).not.toHaveProperty(['ready.sh']);
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

test('a roll-out goes on when a broker has had time to catch up; a single one is waited for by nobody', () => {
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
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'INTERNAL:PLAINTEXT,HOST:PLAINTEXT',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
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

describe('Kafka throws if', () => {
  const failing = (props: KafkaProps) => () => make(props);

  test('replication is above the number of brokers', () => {
    expect(failing({ replicationFactor: 3 })).toThrow(
      /^test\/kafka: replicationFactor is 3 with 1 broker\(s\): expected at most 1; add brokers or lower it$/,
    );
  });

  test('more replicas have to be in sync than there are', () => {
    expect(failing({ brokers: 3, minInSyncReplicas: 4 })).toThrow(
      'test/kafka: minInSyncReplicas is 4: expected at most the replication factor, 3',
    );
  });

  test('the heap does not fit the memory limit', () => {
    expect(failing({ heap: Size.gibibytes(1) })).toThrow(
      'test/kafka: heap is "1024Mi"; allowed: at most 896Mi, the memory limit of 1024Mi less 128Mi that a JVM needs beside its heap. ' +
        'Lower heap or raise resources.memoryLimit; Kubernetes ends a container that goes above its limit.',
    );
  });

  test('the heap of the controllers does not fit', () => {
    expect(failing({ brokers: 3, controllers: { heap: Size.gibibytes(2) } })).toThrow(
      /^test\/kafka\/controllers: heap is "2048Mi"; allowed: at most 512Mi/,
    );
  });

  test('a request is above its limit', () => {
    expect(failing({ resources: { memoryRequest: Size.gibibytes(2) } })).toThrow(
      'test/kafka: resources.memoryRequest is "2048Mi"; allowed: at most resources.memoryLimit, 1024Mi. Lower memoryRequest or raise memoryLimit.',
    );
    expect(failing({ resources: { cpuRequest: Cpu.units(3) } })).toThrow(
      'test/kafka: resources.cpuRequest is "3000m"; allowed: at most resources.cpuLimit, 2000m.',
    );
  });

  test.each([2, 4])('there are %i controllers', (count) => {
    expect(failing({ brokers: 3, controllers: { count } })).toThrow(
      `test/kafka: controllers.count is ${count}; allowed: an odd number, or 0. ` +
        `${count} controllers outlive ${count / 2 - 1} failure(s), as ${count - 1} do; use ${count - 1} or ${count + 1}.`,
    );
  });

  test('an even number of brokers are the controllers', () => {
    expect(failing({ brokers: 2, controllers: { count: 0 } })).toThrow(
      'test/kafka: brokers is 2; allowed: an odd number, as the brokers are the controllers.',
    );
  });

  test.each([0, 1.5, -1])('the number of brokers is %p', (count) => {
    expect(failing({ brokers: count })).toThrow(
      `test/kafka: brokers is ${count}; allowed: a whole number, 1 to 1000.`,
    );
  });

  test('two listeners have one port', () => {
    expect(
      failing({
        listeners: [
          { name: 'A', port: 9092, reach: 'pods' },
          { name: 'B', port: 9092, reach: 'pods' },
        ],
      }),
    ).toThrow(
      'test/kafka: listeners[1].port is 9092; allowed: a port that no other listener has; listeners[0] has this one. Give one of them another port.',
    );
  });

  test('two listeners have one name', () => {
    expect(
      failing({
        listeners: [
          { name: 'A', port: 9092, reach: 'pods' },
          { name: 'A', port: 9094, reach: 'pods' },
        ],
      }),
    ).toThrow('test/kafka: listeners[1].name is "A"; allowed: a name that no other listener has');
  });

  test('the NodePorts of two listeners meet', () => {
    expect(
      failing({
        brokers: 3,
        listeners: [
          { name: 'A', port: 9092, reach: 'pods' },
          { name: 'B', port: 19092, reach: 'host', nodePort: 30000 },
          { name: 'C', port: 29092, reach: 'host', nodePort: 30002 },
        ],
      }),
    ).toThrow(
      'test/kafka: nodePort of listener C is 30002; allowed: ports apart from 30000 to 30002, which listener B takes for 3 broker(s). ' +
        'Set nodePort of one of them 3 or more apart.',
    );
  });

  test("a listener takes the controllers' port", () => {
    expect(failing({ listeners: [{ name: 'A', port: 9093, reach: 'pods' }] })).toThrow(
      "test/kafka: listeners[0].port is 9093; allowed: any port but the controllers' own. Choose another port.",
    );
  });

  test('no listener is for pods', () => {
    expect(failing({ listeners: [{ name: 'A', port: 19092, reach: 'host' }] })).toThrow(
      /^test\/kafka: listeners is \["A"\]; allowed: one listener with reach 'pods' at least, as brokers reach each other by it\. Add /,
    );
  });

  test('a listener for pods has what is for the host', () => {
    expect(failing({ listeners: [{ name: 'A', port: 9092, reach: 'pods', nodePort: 30000 }] })).toThrow(
      "test/kafka: listeners[0].nodePort is 30000; allowed: nothing with reach 'pods'. Leave it out, or set reach: 'host'.",
    );
  });

  test('what is advertised is no host name', () => {
    expect(
      failing({
        listeners: [
          { name: 'A', port: 9092, reach: 'pods' },
          { name: 'B', port: 19092, reach: 'host', advertisedHost: 'http://me:1' },
        ],
      }),
    ).toThrow('test/kafka: listeners[1].advertisedHost is "http://me:1"; allowed: a host name');
  });

  test('a NodePort is out of its range', () => {
    const listeners = [
      { name: 'A', port: 9092, reach: 'pods' },
      { name: 'B', port: 19092, reach: 'host', nodePort: 19092 },
    ] as const;
    expect(failing({ listeners })).toThrow(
      'test/kafka: nodePort is 19092; allowed: 30000 to 32767, the range that Kubernetes has for them.',
    );
  });

  test('a listener that is linked to is none', () => {
    expect(() => make(ALL).kafka.via('SECURED')).toThrow(
      'test/kafka: listener is "SECURED"; allowed: a listener that pods reach: INTERNAL, SECURE. ' +
        'Name one of these, or add it to `listeners`. Did you mean "SECURE"?',
    );
  });

  test('a property differs by broker, or is made from a prop', () => {
    expect(failing({ properties: { 'node.id': 1 } })).toThrow(
      "test/kafka: properties['node.id'] is 1; allowed: properties that are the same for all brokers.",
    );
    expect(failing({ properties: { 'log.dirs': '/data' } })).toThrow(
      'test/kafka: properties sets log.dirs to /data, but it is computed as /var/lib/kafka/data/kafka',
    );
  });

  test('the cluster id is not 16 bytes', () => {
    expect(failing({ clusterId: 'mine' })).toThrow(
      'test/kafka: clusterId is "mine"; allowed: 16 bytes in URL-safe base64, 22 characters. Take what `kafka-storage.sh random-uuid` prints',
    );
  });

  test('brokers get no time to hand over', () => {
    expect(failing({ gracePeriod: Duration.seconds(30) })).toThrow(
      'test/kafka: gracePeriod is "30s"; allowed: 60 seconds or more.',
    );
  });

  test('a variable is set that the construct sets', () => {
    expect(failing({ env: { CLUSTER_ID: 'x' } })).toThrow(
      'test/kafka: env.CLUSTER_ID is "given a second time"; allowed: variables that the construct does not set itself.',
    );
  });

  test.each([
    ['controllers', { controllers: { count: 3 } }],
    ['clusterId', { clusterId: '5L6g3nShT-eMCtK--X86sw' }],
  ])('ZooKeeper is there, and %s', (property, props) => {
    expect(() => withZooKeeper(props)).toThrow(
      new RegExp(`^test/kafka: ${property} is .*; allowed: nothing with zooKeeper\\. Leave out ${property},`),
    );
  });

  test('a folder of a node holds the data where there are several nodes', () => {
    const storage = Storage.hostPath('/data', Size.gibibytes(1));
    expect(failing({ storage })).toThrow(
      'test/kafka: storage is "hostPath /data"; allowed: a claim, as pods can land on several nodes. ' +
        'Use Storage.claim(…), or configureStack(…, { multiNode: false }) for a cluster of one node.',
    );
  });

  test('there are two of one name in a chart', () => {
    const { chart } = make();
    expect(() => new Kafka(chart, 'second')).toThrow(
      /name is "kafka-broker"; allowed: a name that no other workload of the chart has; test\/kafka/,
    );
  });
});

describe('Kafka.fromBootstrapServers', () => {
  test('is a link, with what is not given by default', () => {
    expect(Kafka.fromBootstrapServers(' a.example:9092, b.example:9093')).toMatchObject({
      bootstrapServers: 'a.example:9092,b.example:9093',
      protocol: 'PLAINTEXT',
      brokers: undefined,
      endpoint: { kind: 'external', ports: [9092, 9093] },
    });
  });

  test.each(['', 'kafka', 'kafka:0', 'kafka:99999', 'PLAINTEXT://kafka:9092', 'a:1,,b:2', 'a b:1'])(
    'throws if the servers are %p',
    (servers) => {
      expect(() => Kafka.fromBootstrapServers(servers)).toThrow(
        /^Kafka\.fromBootstrapServers: bootstrapServers is ".*"; allowed: `host:port`, several separated by commas, without a protocol\. Correct ".*", for example kafka-broker:9092\.$/,
      );
    },
  );
});
