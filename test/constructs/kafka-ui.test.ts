import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Kafka, KafkaUi, SchemaRegistry, type KafkaUiProps } from '../../constructs/index';
import type { EnvVar, PodSpec } from '../rules/model';
import { brokenRules, newChart, objectOf, synth } from './support';

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
  nodePort: 30080,
  env: {
    AUTH_TYPE: 'LOGIN_FORM',
    SPRING_SECURITY_USER_PASSWORD: { secretKeyRef: { name: 'ui', key: 'password' } },
  },
};

describe('KafkaUi', () => {
  test('required props only', () => {
    expect(synth(make().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    expect(synth(make(ALL, { networkPolicies: true }).chart)).toMatchSnapshot();
  });

  test('the objects keep the rules of the charts', () => {
    const chart = newChart({ networkPolicies: true });
    const kafka = new Kafka(chart, 'kafka');
    new KafkaUi(chart, 'ui', { kafka, registry: new SchemaRegistry(chart, 'registry', { kafka }) });
    expect(brokenRules(chart)).toEqual({});
  });

  test('defaults', () => {
    const { ui, chart } = make();
    expect(ui.url).toBe('http://kafka-ui:8080');
    expect(ui.clusterName).toBe('kafka');
    expect(ui.readOnly).toBe(false);
    expect(ui.image).toBe('ghcr.io/kafbat/kafka-ui:v1.3.0');
    expect(ui.replicas).toBe(1);
    expect(ui.resources.cpuRequest).toEqual(Cpu.millis(50));
    expect(ui.resources.cpuLimit).toEqual(Cpu.units(1));
    expect(ui.resources.memoryRequest.toMebibytes()).toBe(320);
    expect(ui.resources.memoryLimit.toMebibytes()).toBe(640);
    expect(ui.heap.toMebibytes()).toBe(320);
    expect(variables(chart)).toEqual({
      KAFKA_CLUSTERS_0_NAME: 'kafka',
      KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS: 'kafka.example:9092',
      KAFKA_CLUSTERS_0_READONLY: 'false',
      JAVA_OPTS: '-Xms320m -Xmx320m',
    });
  });

  test('runs as a number, as the image names its user only', () => {
    expect(podOf(make().chart).securityContext).toMatchObject({ runAsUser: 100, runAsGroup: 101 });
  });

  test('shows the registry, and passes the protocol of Kafka on', () => {
    const kafka = Kafka.fromBootstrapServers('kafka.example:9093', { protocol: 'SSL' });
    expect(variables(make({ kafka, registry: ALL.registry }).chart)).toMatchObject({
      KAFKA_CLUSTERS_0_SCHEMAREGISTRY: 'http://registry.example.com:8081',
      KAFKA_CLUSTERS_0_PROPERTIES_SECURITY_PROTOCOL: 'SSL',
    });
  });

  test('throws if the heap does not fit the memory limit', () => {
    expect(() => make({ heap: Size.gibibytes(1) })).toThrow(
      /^test\/ui: heap is "1024Mi"; allowed: at most 512Mi/,
    );
  });
});
