import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Kafka, KafkaRest, SchemaRegistry, type KafkaRestProps } from '../../constructs/index';
import type { EnvVar, PodSpec } from '../rules/model';
import { brokenRules, newChart, objectOf, synth } from './support';

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
  nodePort: 30082,
  env: { KAFKA_REST_CLIENT_SASL_JAAS_CONFIG: { secretKeyRef: { name: 'kafka-account', key: 'jaas' } } },
};

describe('KafkaRest', () => {
  test('required props only', () => {
    expect(synth(make().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    expect(synth(make(ALL, { networkPolicies: true }).chart)).toMatchSnapshot();
  });

  test('the objects keep the rules of the charts', () => {
    const chart = newChart({ networkPolicies: true });
    const kafka = new Kafka(chart, 'kafka');
    new KafkaRest(chart, 'rest', { kafka, registry: new SchemaRegistry(chart, 'registry', { kafka }) });
    expect(brokenRules(chart)).toEqual({});
  });

  test('defaults', () => {
    const { rest, chart } = make();
    expect(rest.url).toBe('http://kafka-rest:8082');
    expect(rest.image).toBe('confluentinc/cp-kafka-rest:7.9.5');
    expect(rest.replicas).toBe(1);
    expect(rest.resources.cpuRequest).toEqual(Cpu.millis(50));
    expect(rest.resources.cpuLimit).toEqual(Cpu.units(1));
    expect(rest.resources.memoryRequest.toMebibytes()).toBe(112);
    expect(rest.resources.memoryLimit.toMebibytes()).toBe(448);
    expect(rest.heap.toMebibytes()).toBe(224);
    expect(objectOf(chart, 'Service', 'kafka-rest').spec).toMatchObject({ type: 'ClusterIP' });
    expect(variables(chart)).not.toHaveProperty('KAFKA_REST_SCHEMA_REGISTRY_URL');
  });

  test('has what its image requires', () => {
    expect(variables(make({ registry: ALL.registry }).chart)).toMatchObject({
      KAFKA_REST_HOST_NAME: { fieldRef: { fieldPath: 'status.podIP' } },
      KAFKA_REST_LISTENERS: 'http://0.0.0.0:8082',
      KAFKA_REST_BOOTSTRAP_SERVERS: 'PLAINTEXT://kafka.example:9092',
      KAFKA_REST_SCHEMA_REGISTRY_URL: 'http://registry.example.com:8081',
      KAFKA_REST_CUB_KAFKA_TIMEOUT: '240',
    });
  });

  test('passes the protocol of Kafka on', () => {
    const kafka = Kafka.fromBootstrapServers('kafka.example:9093', { protocol: 'SSL' });
    expect(variables(make({ kafka }).chart)).toMatchObject({ KAFKA_REST_CLIENT_SECURITY_PROTOCOL: 'SSL' });
  });

  test('a new pod comes before the old one goes', () => {
    expect(objectOf(make().chart, 'Deployment', 'kafka-rest').spec).toMatchObject({
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    });
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

describe('KafkaRest throws if', () => {
  test('there are no replicas', () => {
    expect(() => make({ replicas: 0 })).toThrow(
      'test/rest: replicas is 0; allowed: a whole number, 1 or more.',
    );
  });

  test('the heap does not fit the memory limit', () => {
    expect(() => make({ heap: Size.mebibytes(448) })).toThrow(
      /^test\/rest: heap is "448Mi"; allowed: at most 320Mi/,
    );
  });

  test('a variable is set that the construct sets', () => {
    expect(() => make({ env: { KAFKA_REST_LISTENERS: 'http://:1' } })).toThrow(
      'test/rest: env.KAFKA_REST_LISTENERS is "given a second time"',
    );
  });

  test('two Services have one NodePort', () => {
    const { chart, rest } = make({ nodePort: 30082 });
    expect(rest.workload.outsidePorts).toEqual([8082]);
    const kafka = Kafka.fromBootstrapServers('kafka.example:9092');
    expect(() => new KafkaRest(chart, 'second', { kafka, name: 'second', nodePort: 30082 })).toThrow(
      'test/second: nodePort is 30082; allowed: a port that no other Service has; test/rest has this one for kafka-rest. Give one of them another port.',
    );
  });
});
