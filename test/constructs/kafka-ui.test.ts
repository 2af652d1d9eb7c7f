import { Size } from 'cdk8s';
import { Access, Kafka, KafkaUi, SchemaRegistry, type KafkaUiProps } from '../../constructs/index';
import type { EnvVar, PodSpec } from '../rules/model';
import { httpServiceContract } from './http-service.contract';
import { newChart, objectOf, synth } from './support';

function make(props: Partial<KafkaUiProps> = {}, settings = {}) {
  const chart = newChart(settings);
  const kafka = Kafka.fromBootstrapServers('kafka.example:9092');
  return { chart, ui: new KafkaUi(chart, 'ui', { kafka, ...props }) };
}

const podOf = (chart: ReturnType<typeof newChart>) =>
  objectOf<{ spec: { template: { spec: PodSpec } } }>(chart, 'Deployment', 'kafka-ui').spec.template.spec;

const variables = (chart: ReturnType<typeof newChart>) =>
  Object.fromEntries((podOf(chart).containers[0]?.env ?? []).map((it: EnvVar) => [it.name, it.value]));

const ALL: Required<Omit<KafkaUiProps, 'kafka'>> = {
  registry: SchemaRegistry.fromUrl('http://registry.example.com:8081'),
  name: 'page',
  clusterName: 'events',
  readOnly: true,
  image: 'example/ui:2',
  replicas: 2,
  resources: { memoryLimit: Size.gibibytes(1) },
  heap: Size.mebibytes(300),
  access: Access.nodePort(30080),
  pod: {
    env: {
      AUTH_TYPE: 'LOGIN_FORM',
      SPRING_SECURITY_USER_PASSWORD: { secretKeyRef: { name: 'ui', key: 'password' } },
    },
  },
};

httpServiceContract('KafkaUi', {
  make: (chart, id, props, { kafka, registry }) => new KafkaUi(chart, id, { ...props, kafka, registry }),
  name: 'kafka-ui',
  image: 'ghcr.io/kafbat/kafka-ui:v1.3.0',
  mirrored: 'registry.example.com/mirror/kafbat/kafka-ui:v1.3.0',
  port: 8080,
  containerPort: 8080,
  readyPath: '/actuator/health',
  cpu: ['50m', '1'],
  memory: [320, 640],
  jvm: true,
  user: [100, 101],
  variable: 'JAVA_OPTS',
  calls: [9092, 8081],
});

describe('KafkaUi', () => {
  test('required props only', () => {
    expect(synth(make().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    expect(synth(make(ALL).chart)).toMatchSnapshot();
  });

  test('defaults', () => {
    const { ui, chart } = make();
    expect(ui.clusterName).toBe('kafka');
    expect(ui.readOnly).toBe(false);
    expect(variables(chart)).toEqual({
      KAFKA_CLUSTERS_0_NAME: 'kafka',
      KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS: 'kafka.example:9092',
      KAFKA_CLUSTERS_0_READONLY: 'false',
      JAVA_OPTS: '-Xms320m -Xmx320m',
    });
  });

  test('shows the registry, and passes on the protocol of Kafka', () => {
    const kafka = Kafka.fromBootstrapServers('kafka.example:9093', { protocol: 'SSL' });
    expect(variables(make({ kafka, registry: ALL.registry }).chart)).toMatchObject({
      KAFKA_CLUSTERS_0_SCHEMAREGISTRY: 'http://registry.example.com:8081',
      KAFKA_CLUSTERS_0_PROPERTIES_SECURITY_PROTOCOL: 'SSL',
    });
  });
});
