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

test('brokers with separate controllers', () => {
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
    'number of voters is 2; allowed: an odd number',
  ],
  ['no controllers', { voters: undefined }, 'number of voters is 0'],
  [
    'controllers of one number',
    { voters: [...THREE, ...THREE].slice(0, 5) },
    'voters is [0,1,2,0,1]; allowed: values that are all different',
  ],
  [
    'a replication factor above the brokers',
    { replicationFactor: 3 },
    'replicationFactor is 3; allowed: at most 1, the number of brokers. Lower it, or add brokers.',
  ],
  [
    'more in-sync replicas than replicas',
    { minInSyncReplicas: 2 },
    'minInSyncReplicas is 2; allowed: at most 1, the replication factor',
  ],
  ['no brokers', { brokers: 0 }, 'brokers is 0; allowed: a whole number, 1 or more'],
  ['half a partition', { partitions: 0.5 }, 'partitions is 0.5; allowed: a whole number'],
  [
    'an invalid port',
    { listeners: [listener('A', 70000)] },
    'listeners[0].port is 70000; allowed: a whole number, 1 to 65535',
  ],
  [
    'a name that Kafka refuses',
    { listeners: [listener('host-1', 1)] },
    'listeners[0].name is "host-1"; allowed: uppercase letters',
  ],
  [
    'listeners of one name',
    { listeners: [listener('A', 1), listener('A', 2)] },
    'names of listeners is ["A","A","CONTROLLER"]; allowed: values that are all different',
  ],
  [
    'listeners of one port',
    { listeners: [listener('A', 1), listener('B', 1)] },
    'ports of listeners is [1,1,9093]; allowed: values that are all different',
  ],
  [
    "a listener on the controllers' port",
    { listeners: [listener('A', 9093)] },
    'ports of listeners is [9093,9093]; allowed: values that are all different',
  ],
  [
    'a broker without listeners',
    { listeners: [] },
    'listeners is []; allowed: one listener or more for a broker. Add a listener.',
  ],
  [
    'a controller with listeners',
    { roles: ['controller'] },
    'allowed: none for a controller that is not a broker',
  ],
  [
    'some addresses advertised',
    { listeners: [{ ...listener('A', 1), advertised: { host: 'h' } }, listener('B', 2)] },
    'listeners[1].advertised is not set; allowed: an address, because other listeners have one',
  ],
  [
    'an unknown listener among brokers',
    { interBrokerListener: 'X' },
    'interBrokerListener is "X"; allowed: HOST',
  ],
  ['ZooKeeper and a quorum', { zooKeeper: 'z:2181' }, 'allowed: nothing with zooKeeper'],
  ['no roles', { roles: [] }, 'roles is []; allowed: '],
  ['a folder with a comma', { logDirs: '/a,b' }, 'logDirs is "/a,b"; allowed: one folder or more'],
  [
    'a property that is computed',
    { properties: { 'log.dirs': '/other' } },
    `properties['log.dirs'] is "/other"; allowed: "/data/log`,
  ],
])('throws for %s', (_, change, message) => {
  expect(() => kafkaServerProperties({ ...SINGLE, ...change })).toThrow(message);
});
