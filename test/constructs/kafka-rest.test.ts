import { Size } from 'cdk8s';
import { Access, Kafka, KafkaRest, SchemaRegistry, type KafkaRestProps } from '../../constructs/index';
import type { EnvVar, PodSpec } from '../rules/model';
import { httpServiceContract } from './http-service.contract';
import { newChart, objectOf, synth } from './support';

function make(props: Partial<KafkaRestProps> = {}, settings = {}) {
  const chart = newChart(settings);
  const kafka = Kafka.fromBootstrapServers('kafka.example:9092');
  return { chart, rest: new KafkaRest(chart, 'rest', { kafka, ...props }) };
}

const variables = (chart: ReturnType<typeof newChart>) => {
  const { spec } = objectOf<{ spec: { template: { spec: PodSpec } } }>(chart, 'Deployment', 'kafka-rest');
  const env: EnvVar[] = spec.template.spec.containers[0]?.env ?? [];
  return Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
};

const ALL: Required<Omit<KafkaRestProps, 'kafka'>> = {
  registry: SchemaRegistry.fromUrl('http://registry.example.com:8081'),
  name: 'proxy',
  image: 'example/rest:7.9.6',
  replicas: 2,
  resources: { memoryRequest: Size.mebibytes(256), memoryLimit: Size.mebibytes(512) },
  heap: Size.mebibytes(200),
  access: Access.nodePort(30082),
  pod: {
    env: { KAFKA_REST_CLIENT_SASL_JAAS_CONFIG: { secretKeyRef: { name: 'kafka-account', key: 'jaas' } } },
  },
};

httpServiceContract('KafkaRest', {
  make: (chart, id, props, { kafka, registry }) => new KafkaRest(chart, id, { ...props, kafka, registry }),
  name: 'kafka-rest',
  image: 'confluentinc/cp-kafka-rest:7.9.5',
  mirrored: 'registry.example.com/mirror/confluentinc/cp-kafka-rest:7.9.5',
  port: 8082,
  containerPort: 8082,
  readyPath: '/',
  cpu: ['50m', '1'],
  memory: [112, 448],
  jvm: true,
  user: [1000, 1000],
  variable: 'KAFKA_REST_LISTENERS',
  calls: [9092, 8081],
});

describe('KafkaRest', () => {
  test('required props only', () => {
    expect(synth(make().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    expect(synth(make(ALL).chart)).toMatchSnapshot();
  });

  test('has no registry by default', () => {
    expect(variables(make().chart)).not.toHaveProperty('KAFKA_REST_SCHEMA_REGISTRY_URL');
  });

  test('sets what its image requires', () => {
    expect(variables(make({ registry: ALL.registry }).chart)).toMatchObject({
      KAFKA_REST_HOST_NAME: { fieldRef: { fieldPath: 'status.podIP' } },
      KAFKA_REST_LISTENERS: 'http://0.0.0.0:8082',
      KAFKA_REST_BOOTSTRAP_SERVERS: 'PLAINTEXT://kafka.example:9092',
      KAFKA_REST_SCHEMA_REGISTRY_URL: 'http://registry.example.com:8081',
      KAFKA_REST_CUB_KAFKA_TIMEOUT: '240',
    });
  });

  test('passes on the protocol of Kafka', () => {
    const kafka = Kafka.fromBootstrapServers('kafka.example:9093', { protocol: 'SSL' });
    expect(variables(make({ kafka }).chart)).toMatchObject({ KAFKA_REST_CLIENT_SECURITY_PROTOCOL: 'SSL' });
  });

  test('KafkaRest.fromUrl is a link', () => {
    expect(KafkaRest.fromUrl('http://rest.example.com:8082')).toMatchObject({
      url: 'http://rest.example.com:8082',
      endpoint: { kind: 'external', ports: [8082] },
    });
    expect(() => KafkaRest.fromUrl('rest')).toThrow(
      /^KafkaRest\.fromUrl: url is "rest"; allowed: an http:\/\/ or/,
    );
  });
});
