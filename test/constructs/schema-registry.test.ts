import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Access, Kafka, SchemaRegistry, type SchemaRegistryProps } from '../../constructs/index';
import { ofKind, type EnvVar, type PodSpec } from '../rules/model';
import { httpServiceContract } from './http-service.contract';
import { newChart, objectOf, synth } from './support';

function make(props: Partial<SchemaRegistryProps> = {}, settings = {}) {
  const chart = newChart(settings);
  const kafka = Kafka.fromBootstrapServers('kafka.example:9092');
  return { chart, registry: new SchemaRegistry(chart, 'registry', { kafka, ...props }) };
}

const podOf = (chart: ReturnType<typeof newChart>) =>
  objectOf<{ spec: { template: { spec: PodSpec } } }>(chart, 'Deployment', 'kafka-schema-registry').spec
    .template.spec;

const variables = (chart: ReturnType<typeof newChart>) =>
  Object.fromEntries(
    (podOf(chart).containers[0]?.env ?? []).map(({ name, value, valueFrom }: EnvVar) => [
      name,
      value ?? valueFrom,
    ]),
  );

const ALL: Required<Omit<SchemaRegistryProps, 'kafka'>> = {
  implementation: 'confluent',
  name: 'schemas',
  image: 'example/registry:7.9.6',
  replicas: 2,
  compatibility: 'FULL_TRANSITIVE',
  replicationFactor: 2,
  resources: {
    cpuRequest: Cpu.millis(200),
    cpuLimit: Cpu.units(2),
    memoryRequest: Size.mebibytes(500),
    memoryLimit: Size.gibibytes(1),
  },
  heap: Size.mebibytes(400),
  access: Access.nodePort(30081),
  properties: { 'leader.eligibility': true },
  pod: {
    env: {
      SCHEMA_REGISTRY_KAFKASTORE_SASL_JAAS_CONFIG: { secretKeyRef: { name: 'kafka-account', key: 'jaas' } },
    },
  },
};

const SHARED = {
  name: 'kafka-schema-registry',
  port: 8081,
  containerPort: 8081,
  cpu: ['100m', '1'],
  memory: [320, 768],
  jvm: true,
} as const;

httpServiceContract("SchemaRegistry, Confluent's,", {
  ...SHARED,
  make: (chart, id, props, { kafka }) => new SchemaRegistry(chart, id, { ...props, kafka }),
  image: 'confluentinc/cp-schema-registry:7.9.5',
  mirrored: 'registry.example.com/mirror/confluentinc/cp-schema-registry:7.9.5',
  readyPath: '/config',
  user: [1000, 1000],
  variable: 'SCHEMA_REGISTRY_LISTENERS',
  calls: [9092],
});

httpServiceContract("SchemaRegistry, Apicurio's,", {
  ...SHARED,
  make: (chart, id, props, { kafka }) =>
    new SchemaRegistry(chart, id, { ...props, kafka, implementation: 'apicurio' }),
  image: 'apicurio/apicurio-registry:3.0.9',
  mirrored: 'registry.example.com/mirror/apicurio/apicurio-registry:3.0.9',
  apiPath: '/apis/ccompat/v7',
  readyPath: '/health/ready',
  user: [1001, 0],
  variable: 'QUARKUS_HTTP_PORT',
  calls: [9092],
});

describe('SchemaRegistry', () => {
  test('required props only', () => {
    expect(synth(make().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    expect(synth(make(ALL).chart)).toMatchSnapshot();
  });

  test('all props of Apicurio', () => {
    const { chart } = make({
      ...ALL,
      implementation: 'apicurio',
      replicationFactor: undefined,
      properties: { 'quarkus.log.level': 'WARN' },
    });
    expect(synth(chart)).toMatchSnapshot();
  });

  test('defaults', () => {
    const { registry } = make();
    expect(registry.implementation).toBe('confluent');
    expect(registry.compatibility).toBe('BACKWARD');
    expect(registry.replicationFactor).toBe(1);
    expect(make({ implementation: 'apicurio' }).registry.replicationFactor).toBeUndefined();
  });

  test.each([
    [1, 1],
    [2, 2],
    [5, 3],
  ])('with %i brokers, the replication factor is %i', (brokers, replicas) => {
    const kafka = Kafka.fromBootstrapServers('kafka:9092', { brokers });
    expect(make({ kafka }).registry.replicationFactor).toBe(replicas);
  });

  test("Confluent's sets what its image requires", () => {
    expect(variables(make().chart)).toMatchObject({
      POD_IP: { fieldRef: { fieldPath: 'status.podIP' } },
      SCHEMA_REGISTRY_HOST_NAME: '$(POD_IP)',
      SCHEMA_REGISTRY_LISTENERS: 'http://0.0.0.0:8081',
      SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS: 'PLAINTEXT://kafka.example:9092',
      SCHEMA_REGISTRY_KAFKASTORE_TOPIC_REPLICATION_FACTOR: '1',
      SCHEMA_REGISTRY_SCHEMA_COMPATIBILITY_LEVEL: 'BACKWARD',
      SCHEMA_REGISTRY_HEAP_OPTS: '-Xms384m -Xmx384m',
      SCHEMA_REGISTRY_CUB_KAFKA_TIMEOUT: '240',
    });
  });

  test('Apicurio keeps schemas in Kafka and gets the compatibility level, since its own default is NONE', () => {
    expect(variables(make({ implementation: 'apicurio' }).chart)).toMatchObject({
      APICURIO_STORAGE_KIND: 'kafkasql',
      APICURIO_KAFKASQL_BOOTSTRAP_SERVERS: 'kafka.example:9092',
      APICURIO_RULES_GLOBAL_COMPATIBILITY: 'BACKWARD',
      QUARKUS_HTTP_PORT: '8081',
      JAVA_OPTS_APPEND: '-Xms384m -Xmx384m',
    });
  });

  test('passes on the protocol of Kafka', () => {
    const kafka = Kafka.fromBootstrapServers('a:1,b:2', { protocol: 'SASL_SSL' });
    expect(variables(make({ kafka }).chart)).toMatchObject({
      SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS: 'SASL_SSL://a:1,SASL_SSL://b:2',
      SCHEMA_REGISTRY_KAFKASTORE_SECURITY_PROTOCOL: 'SASL_SSL',
    });
    expect(variables(make({ kafka, implementation: 'apicurio' }).chart)).toMatchObject({
      APICURIO_KAFKASQL_SECURITY_PROTOCOL: 'SASL_SSL',
    });
  });

  test("two replicas of Confluent's forward writes to each other; one replica, or Apicurio's, calls only Kafka", () => {
    const ports = (props: Partial<SchemaRegistryProps>) => {
      const [policy] = ofKind(synth(make(props).chart), 'NetworkPolicy');
      const { egress } = policy?.spec as { egress: { ports: { port: number }[] }[] };
      return egress.flatMap((rule) => rule.ports.map(({ port }) => port));
    };
    expect(ports({})).toEqual([53, 53, 9092]);
    expect(ports({ replicas: 2 })).toEqual([53, 53, 9092, 8081]);
    expect(ports({ replicas: 2, implementation: 'apicurio' })).toEqual([53, 53, 9092]);
  });
});

describe('SchemaRegistry throws if', () => {
  test('the implementation is not known', () => {
    expect(() => make({ implementation: 'apicurito' as 'apicurio' })).toThrow(
      'test/registry: implementation is "apicurito"; allowed: confluent, apicurio. Choose one of these. Did you mean "apicurio"?',
    );
  });

  test('the compatibility level is not known', () => {
    expect(() => make({ compatibility: 'BACKWARDS' as 'BACKWARD' })).toThrow(
      /^test\/registry: compatibility is "BACKWARDS"; allowed: NONE, BACKWARD, .* Did you mean "BACKWARD"\?$/,
    );
  });

  test('replication is above the number of brokers', () => {
    const kafka = Kafka.fromBootstrapServers('kafka:9092', { brokers: 1 });
    expect(() => make({ kafka, replicationFactor: 3 })).toThrow(
      'test/registry: replicationFactor is 3; allowed: a whole number, 1 to 1. Set replicationFactor within that.',
    );
  });

  test('Apicurio gets a replication factor', () => {
    expect(() => make({ implementation: 'apicurio', replicationFactor: 3 })).toThrow(
      "test/registry: replicationFactor is 3; allowed: nothing with apicurio-registry, whose topics have the brokers' default.",
    );
  });

  test('a property is one that a prop sets', () => {
    expect(() => make({ properties: { 'host.name': 'me' } })).toThrow(
      /^test\/registry: properties\['host\.name'\] is "me"; allowed: .*, which other props set\. /,
    );
  });
});

describe('SchemaRegistry.fromUrl', () => {
  test('is a link', () => {
    expect(SchemaRegistry.fromUrl('https://registry.example.com/apis/ccompat/v7/')).toMatchObject({
      url: 'https://registry.example.com/apis/ccompat/v7',
      endpoint: { kind: 'external', ports: [443] },
    });
  });

  test.each(['', 'registry:8081', 'ftp://registry', 'http://registry/?a=1'])('throws if it is %p', (url) => {
    expect(() => SchemaRegistry.fromUrl(url)).toThrow(
      `SchemaRegistry.fromUrl: url is ${JSON.stringify(url)}; allowed: an http:// or https:// address, with or without a path. ` +
        'Give it in full, for example http://registry.example.com:8081.',
    );
  });

  test('throws if there is a password, and does not show it', () => {
    const make = () => SchemaRegistry.fromUrl('https://me:hidden@registry.example.com');
    expect(make).toThrow(
      'allowed: an address without user and password, as manifests are no place for secrets',
    );
    expect(make).not.toThrow(/hidden/);
  });
});
