import { kafkaProperties, kafkaServerProperties, type KafkaConfig } from '../../../constructs/config/kafka';

/** One process that is broker and controller. */
const SINGLE: KafkaConfig = {
  nodeId: 1,
  voters: [{ nodeId: 1, host: 'localhost', port: 9093 }],
  listeners: [{ name: 'HOST', port: 19092 }],
  logDirs: '/data/log',
};

const THREE = [0, 1, 2].map((nodeId) => ({ nodeId, host: `c-${nodeId}`, port: 9093 }));

test('a broker that is controller as well, with defaults', () => {
  expect(kafkaServerProperties(SINGLE)).toBe(
    `auto.create.topics.enable=false
controller.listener.names=CONTROLLER
controller.quorum.voters=1@localhost:9093
default.replication.factor=1
inter.broker.listener.name=HOST
listener.security.protocol.map=HOST:PLAINTEXT,CONTROLLER:PLAINTEXT
listeners=HOST://:19092,CONTROLLER://:9093
log.dirs=/data/log
min.insync.replicas=1
node.id=1
num.partitions=1
offsets.topic.replication.factor=1
process.roles=broker,controller
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.replication.factor=1
`,
  );
});

test('brokers of a quorum of their own', () => {
  const properties = kafkaProperties({
    roles: ['broker'],
    voters: THREE,
    listeners: [
      { name: 'INTERNAL', port: 9092, advertised: { host: 'kafka-0.kafka' } },
      { name: 'HOST', port: 19092, host: '127.0.0.1', advertised: { host: 'localhost', port: 31092 } },
    ],
    logDirs: ['/a', '/b'],
    brokers: 5,
    partitions: 6,
    autoCreateTopics: true,
    properties: { 'log.retention.hours': 24, 'num.partitions': 6 },
  });
  expect(properties).toMatchObject({
    'process.roles': 'broker',
    'controller.quorum.voters': '0@c-0:9093,1@c-1:9093,2@c-2:9093',
    listeners: 'INTERNAL://:9092,HOST://127.0.0.1:19092',
    'advertised.listeners': 'INTERNAL://kafka-0.kafka:9092,HOST://localhost:31092',
    // The protocol of the controllers' listener has to be known to those that only connect to it.
    'listener.security.protocol.map': 'INTERNAL:PLAINTEXT,HOST:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': '/a,/b',
    'default.replication.factor': '3',
    'min.insync.replicas': '2',
    'num.partitions': '6',
    'auto.create.topics.enable': 'true',
    'log.retention.hours': '24',
  });
  expect(properties).not.toHaveProperty('node.id');
});

test('a process that is controller only has no settings of brokers', () => {
  expect(kafkaProperties({ roles: ['controller'], nodeId: 2, voters: THREE, logDirs: '/d' })).toEqual({
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': '0@c-0:9093,1@c-1:9093,2@c-2:9093',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT',
    listeners: 'CONTROLLER://:9093',
    'log.dirs': '/d',
    'node.id': '2',
    'process.roles': 'controller',
  });
});

test('a broker with ZooKeeper has no settings of KRaft', () => {
  const properties = kafkaProperties({
    nodeId: 3,
    zooKeeper: 'kafka-zookeeper:2181',
    listeners: [{ name: 'INTERNAL', port: 9092, protocol: 'SASL_SSL' }],
    logDirs: '/d',
  });
  expect(properties).toMatchObject({
    'broker.id': '3',
    'zookeeper.connect': 'kafka-zookeeper:2181',
    'listener.security.protocol.map': 'INTERNAL:SASL_SSL',
  });
  const kraft = [
    'node.id',
    'process.roles',
    'controller.quorum.voters',
    'share.coordinator.state.topic.min.isr',
  ];
  expect(Object.keys(properties).filter((name) => kraft.includes(name))).toEqual([]);
});

const listener = (name: string, port: number): { name: string; port: number } => ({ name, port });

test.each<[string, Partial<KafkaConfig>, string]>([
  [
    'an even number of controllers',
    { voters: THREE.slice(0, 2) },
    'voters: 2 controllers; expected an odd number',
  ],
  ['no controllers', { voters: undefined }, 'voters: 0 controllers'],
  ['controllers of one number', { voters: [...THREE, ...THREE].slice(0, 5) }, 'voters: 0 stands there twice'],
  [
    'a replication factor above the brokers',
    { replicationFactor: 3 },
    'replicationFactor is 3 with 1 broker(s): expected at most 1',
  ],
  [
    'more in-sync replicas than replicas',
    { minInSyncReplicas: 2 },
    'minInSyncReplicas is 2: expected at most the replication factor, 1',
  ],
  ['no brokers', { brokers: 0 }, 'brokers is 0: expected a whole number, 1 or more'],
  ['half a partition', { partitions: 0.5 }, 'partitions is 0.5: expected a whole number'],
  [
    'a port that is none',
    { listeners: [listener('A', 70000)] },
    'listeners[0].port is 70000: expected a whole number from 1 to 65535',
  ],
  [
    'a name that Kafka refuses',
    { listeners: [listener('host-1', 1)] },
    "listeners[0].name is 'host-1': expected upper-case letters",
  ],
  [
    'listeners of one name',
    { listeners: [listener('A', 1), listener('A', 2)] },
    'names of listeners: A stands there twice',
  ],
  [
    'listeners of one port',
    { listeners: [listener('A', 1), listener('B', 1)] },
    'ports of listeners: 1 stands there twice',
  ],
  [
    "a listener on the controllers' port",
    { listeners: [listener('A', 9093)] },
    'ports of listeners: 9093 stands there twice',
  ],
  ['a broker without listeners', { listeners: [] }, 'listeners is empty: a broker needs one at least'],
  [
    'a controller with listeners',
    { roles: ['controller'] },
    'listeners: a process that is controller only has none',
  ],
  [
    'some addresses advertised',
    { listeners: [{ ...listener('A', 1), advertised: { host: 'h' } }, listener('B', 2)] },
    'listeners: B has no advertised address while others have',
  ],
  [
    'an unknown listener among brokers',
    { interBrokerListener: 'X' },
    "interBrokerListener is 'X': expected one of HOST",
  ],
  ['ZooKeeper and a quorum', { zooKeeper: 'z:2181' }, 'zooKeeper excludes voters and roles'],
  ['no roles', { roles: [] }, 'roles is empty'],
  ['a folder with a comma', { logDirs: '/a,b' }, "logDirs is '/a,b': expected one folder or more"],
  [
    'a property that is computed',
    { properties: { 'log.dirs': '/other' } },
    'properties sets log.dirs to /other, but it is computed as /data/log',
  ],
])('throws for %s', (_, change, message) => {
  expect(() => kafkaServerProperties({ ...SINGLE, ...change })).toThrow(message);
});
