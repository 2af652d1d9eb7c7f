import { type KafkaProps } from '../../../constructs/index';
import { objectOf } from '../support';
import { brokers, make, properties, variables, type StatefulSet } from './chart';

describe('controllers', () => {
  test('have the properties of the brokers that they act on, and no others', () => {
    const { chart } = make({
      brokers: 3,
      partitions: 6,
      properties: { 'unclean.leader.election.enable': false, 'log.retention.hours': 48 },
      controllers: { properties: { 'metadata.log.max.snapshot.interval.ms': 60_000 } },
    });
    expect(properties(chart, 'kafka-controller')).toEqual({
      'controller.listener.names': 'CONTROLLER',
      'controller.quorum.voters': expect.stringContaining('1002@') as string,
      'default.replication.factor': '3',
      listeners: 'CONTROLLER://:9093',
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT',
      'log.dirs': '/var/lib/kafka/data/kafka',
      'metadata.log.max.snapshot.interval.ms': '60000',
      'min.insync.replicas': '2',
      'num.partitions': '6',
      'process.roles': 'controller',
      'unclean.leader.election.enable': 'false',
    });
  });

  test('take environment variables and Secrets', () => {
    const { chart } = make({
      brokers: 3,
      controllers: {
        pod: { env: { KAFKA_OPTS: '-Dx=1' }, secrets: [{ secretName: 'tls', mountPath: '/mnt/tls' }] },
      },
    });
    const { spec } = objectOf<StatefulSet>(chart, 'StatefulSet', 'kafka-controller').spec.template;
    expect(spec.volumes).toContainEqual({
      name: 'secret-0',
      secret: { secretName: 'tls', defaultMode: 0o440 },
    });
    expect(spec.containers[0]?.volumeMounts).toContainEqual({
      name: 'secret-0',
      mountPath: '/mnt/tls',
      readOnly: true,
    });
    expect(spec.containers[0]?.env).toContainEqual({ name: 'KAFKA_OPTS', value: '-Dx=1' });
  });

  test('cannot have another value than the brokers of what both act on', () => {
    expect(() => make({ brokers: 3, controllers: { properties: { 'min.insync.replicas': 1 } } })).toThrow(
      `test/kafka/controllers: properties['min.insync.replicas'] is 1; allowed: "2", which other props set. Leave it out, and set the prop that it is made from.`,
    );
  });

  test('find out whether a cluster runs already, on a listener that asks for no credentials', () => {
    const container = (listeners?: KafkaProps['listeners']) =>
      objectOf<StatefulSet>(make({ brokers: 3, listeners }).chart, 'StatefulSet', 'kafka-controller').spec
        .template.spec.containers[0]!;
    expect(variables(container()).BOOTSTRAP_SERVERS).toBe(
      [0, 1, 2].map((i) => `kafka-broker-${i}.kafka-broker-headless:9092`).join(),
    );
    const secure = container([{ name: 'SECURE', port: 9094, protocol: 'SSL', reach: 'pods' }]);
    expect(variables(secure)).not.toHaveProperty('BOOTSTRAP_SERVERS');
  });
});

describe('secrets', () => {
  test('with dots in the name, and mounted in several folders', () => {
    const secrets = [
      { secretName: 'my.tls', mountPath: '/mnt/keys' },
      { secretName: 'my-tls', mountPath: '/mnt/more' },
      { secretName: 'my.tls', mountPath: '/mnt/again' },
    ];
    const { spec } = brokers(make({ pod: { secrets } }).chart).template;
    const volumes = (spec.volumes ?? []).filter(({ name }) => name.startsWith('secret-'));
    expect(volumes).toMatchObject([
      { name: 'secret-0', secret: { secretName: 'my.tls' } },
      { name: 'secret-1', secret: { secretName: 'my-tls' } },
    ]);
    const mounts = (spec.containers[0]?.volumeMounts ?? []).filter(({ name }) => name.startsWith('secret-'));
    expect(mounts.map(({ name, mountPath }) => `${name} ${mountPath}`)).toEqual([
      'secret-0 /mnt/keys',
      'secret-1 /mnt/more',
      'secret-0 /mnt/again',
    ]);
  });

  test.each([
    ['pod.secrets[0].secretName is "My_tls"', [{ secretName: 'My_tls', mountPath: '/mnt/tls' }]],
    [
      'pod.secrets[1].mountPath is "/mnt/tls"',
      [
        { secretName: 'a', mountPath: '/mnt/tls' },
        { secretName: 'b', mountPath: '/mnt/tls' },
      ],
    ],
  ])('are refused when %s', (message, secrets) => {
    expect(() => make({ pod: { secrets } })).toThrow(`test/kafka: ${message}; allowed: `);
  });
});
