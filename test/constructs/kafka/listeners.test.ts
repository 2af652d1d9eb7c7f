import { LAPTOP_LISTENERS } from '../../../charts/laptop';
import { type KafkaListener, type KafkaProps } from '../../../constructs/index';
import { make, containerOf, files, variables, ALL } from './chart';
import { objectOf } from '../support';

describe('listeners', () => {
  test('each broker has its own NodePort and advertised port for the host', () => {
    const { chart } = make({ brokers: 3, listeners: LAPTOP_LISTENERS });
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
    expect(variables(containerOf(chart)).LISTENERS).toContain('HOST://localhost:19092');
  });

  test('each broker has its own load balancer', () => {
    const { chart } = make({
      brokers: 3,
      listeners: [
        ...LAPTOP_LISTENERS.slice(0, 1),
        {
          name: 'EXTERNAL',
          port: 9094,
          protocol: 'SSL',
          reach: 'loadBalancer',
          advertisedHost: 'kafka-{broker}.example.com',
          advertisedPort: 443,
          loadBalancer: {
            annotations: { 'external-dns.alpha.kubernetes.io/hostname': 'kafka-{broker}.example.com' },
            sourceRanges: ['192.0.2.0/24'],
          },
        },
      ],
    });
    expect(variables(containerOf(chart)).LISTENERS).toBe(
      'INTERNAL://:9092 EXTERNAL://kafka-{broker}.example.com:443',
    );
    for (const broker of [0, 1, 2]) {
      expect(objectOf(chart, 'Service', `kafka-broker-${broker}-9094`)).toMatchObject({
        metadata: {
          annotations: { 'external-dns.alpha.kubernetes.io/hostname': `kafka-${broker}.example.com` },
        },
        spec: {
          type: 'LoadBalancer',
          loadBalancerSourceRanges: ['192.0.2.0/24'],
          selector: { 'statefulset.kubernetes.io/pod-name': `kafka-broker-${broker}` },
          ports: [{ port: 443, targetPort: 'kafka-9094' }],
        },
      });
    }
  });

  test('for pods are advertised by the name of the pod, which other namespaces can resolve', () => {
    expect(variables(containerOf(make({ listeners: LAPTOP_LISTENERS }).chart))).toMatchObject({
      LISTENERS: 'INTERNAL://:9092 HOST://localhost:19092',
      HEADLESS_SERVICE: 'kafka-broker-headless',
    });
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
    expect(variables(containerOf(chart))).not.toHaveProperty('READY_PORT');
  });
});

describe('Kafka throws if', () => {
  test.each<[Partial<KafkaListener>, string]>([
    [
      {},
      'listeners[1].advertisedHost is not set; allowed: a host name with {broker} for the number of the broker',
    ],
    [
      { advertisedHost: 'kafka.example.com' },
      'listeners[1].advertisedHost is "kafka.example.com"; allowed: a host name with {broker}',
    ],
    [
      { advertisedHost: 'kafka-{broker}.example.com', nodePort: 30001 },
      "listeners[1].nodePort is 30001; allowed: nothing with reach 'loadBalancer'. Leave it out, or set reach: 'host'.",
    ],
    [
      { advertisedHost: 'kafka-{broker}.example.com', advertisedPort: 0 },
      'listeners[1].advertisedPort is 0; allowed: a whole number, 1 to 65535',
    ],
    [
      { reach: 'host', advertisedHost: 'kafka-{broker}.example.com' },
      'listeners[1].advertisedHost is "kafka-{broker}.example.com"; allowed: a host name or an IPv4 address',
    ],
    [
      { reach: 'host', loadBalancer: {} },
      "listeners[1].loadBalancer is {}; allowed: nothing with reach 'host'. Leave it out, or set reach: 'loadBalancer'.",
    ],
  ])('a listener for clients outside is %j', (props, message) => {
    const outside = { name: 'OUT', port: 9094, reach: 'loadBalancer' as const, ...props };
    expect(() => make({ listeners: [...LAPTOP_LISTENERS.slice(0, 1), outside] })).toThrow(
      `test/kafka: ${message}`,
    );
  });

  const failing = (props: KafkaProps) => () => make(props);

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
      'test/kafka: nodePort is 19092; allowed: 30000 to 32767, the NodePort range of Kubernetes.',
    );
  });

  test('throws on a link to a listener that does not exist', () => {
    expect(() => make(ALL).kafka.via('SECURED')).toThrow(
      'test/kafka: listener is "SECURED"; allowed: a listener that pods reach: INTERNAL, SECURE. ' +
        'Name one of these, or add it to `listeners`. Did you mean "SECURE"?',
    );
  });
});
