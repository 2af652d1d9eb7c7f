import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  Kafka,
  KafkaRest,
  LandoopSchemaUi,
  LandoopTopicsUi,
  SchemaRegistry,
  type LandoopSchemaUiProps,
  type LandoopTopicsUiProps,
} from '../../constructs/index';
import type { EnvVar, PodSpec } from '../rules/model';
import { brokenRules, newChart, objectOf, synth } from './support';

const rest = KafkaRest.fromUrl('http://rest.example.com:8082');
const registry = SchemaRegistry.fromUrl('http://registry.example.com:8081');

function topicsUi(props: Partial<LandoopTopicsUiProps> = {}, settings = {}) {
  const chart = newChart(settings);
  return { chart, ui: new LandoopTopicsUi(chart, 'topics-ui', { rest, ...props }) };
}

function schemaUi(props: Partial<LandoopSchemaUiProps> = {}, settings = {}) {
  const chart = newChart(settings);
  return { chart, ui: new LandoopSchemaUi(chart, 'schema-ui', { registry, ...props }) };
}

const variables = (chart: ReturnType<typeof newChart>, name: string) => {
  const { spec } = objectOf<{ spec: { template: { spec: PodSpec } } }>(chart, 'Deployment', name);
  const env: EnvVar[] = spec.template.spec.containers[0]?.env ?? [];
  return Object.fromEntries(env.map((it) => [it.name, it.value]));
};

const COMMON = {
  name: 'page',
  replicas: 2,
  resources: { cpuLimit: Cpu.millis(500), memoryLimit: Size.mebibytes(128) },
  nodePort: 30093,
  env: { EXAMPLE: '1' },
};

test('the objects of both keep the rules of the charts', () => {
  const chart = newChart({ networkPolicies: true });
  const kafka = new Kafka(chart, 'kafka');
  const own = new SchemaRegistry(chart, 'registry', { kafka });
  new LandoopTopicsUi(chart, 'topics-ui', { rest: new KafkaRest(chart, 'rest', { kafka, registry: own }) });
  new LandoopSchemaUi(chart, 'schema-ui', { registry: own });
  expect(brokenRules(chart)).toEqual({});
});

describe('LandoopTopicsUi', () => {
  test('required props only', () => {
    expect(synth(topicsUi().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    const all: Required<Omit<LandoopTopicsUiProps, 'rest'>> = {
      ...COMMON,
      image: 'example/topics-ui:1',
      maxBytes: 100_000,
      pollTimeout: Duration.seconds(5),
    };
    expect(synth(topicsUi(all, { networkPolicies: true }).chart)).toMatchSnapshot();
  });

  test('defaults', () => {
    const { ui, chart } = topicsUi();
    expect(ui.url).toBe('http://landoop-topics-ui:8093');
    expect(ui.image).toBe('landoop/kafka-topics-ui:0.9.4');
    expect(ui.replicas).toBe(1);
    expect(ui.maxBytes).toBe(50_000);
    expect(ui.pollTimeout.toSeconds()).toBe(2);
    expect(ui.resources.cpuRequest).toEqual(Cpu.millis(10));
    expect(ui.resources.cpuLimit).toEqual(Cpu.millis(200));
    expect(ui.resources.memoryRequest.toMebibytes()).toBe(8);
    expect(ui.resources.memoryLimit.toMebibytes()).toBe(64);
    expect(variables(chart, 'landoop-topics-ui')).toEqual({
      PORT: '8000',
      PROXY: 'true',
      KAFKA_REST_PROXY_URL: 'http://rest.example.com:8082',
      MAX_BYTES: '50000',
      RECORD_POLL_TIMEOUT: '2000',
    });
    expect(objectOf(chart, 'Service', 'landoop-topics-ui').spec).toMatchObject({
      type: 'ClusterIP',
      ports: [{ port: 8093, targetPort: 'http' }],
    });
  });

  test('throws if it is to read nothing', () => {
    expect(() => topicsUi({ maxBytes: 0 })).toThrow(
      'test/topics-ui: maxBytes is 0; allowed: a whole number, 1 or more. Set maxBytes within that.',
    );
  });
});

describe('LandoopSchemaUi', () => {
  test('required props only', () => {
    expect(synth(schemaUi().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    const all: Required<Omit<LandoopSchemaUiProps, 'registry'>> = {
      ...COMMON,
      image: 'example/schema-ui:1',
      readOnly: false,
      allowGlobalConfig: true,
      allowTransitive: false,
      allowDeletion: true,
    };
    expect(synth(schemaUi(all, { networkPolicies: true }).chart)).toMatchSnapshot();
  });

  test('defaults', () => {
    const { ui, chart } = schemaUi();
    expect(ui.url).toBe('http://landoop-schema-ui:8094');
    expect(ui.image).toBe('landoop/schema-registry-ui:0.9.5');
    expect(ui.replicas).toBe(1);
    expect(ui.readOnly).toBe(false);
    expect(ui.allowGlobalConfig).toBe(false);
    expect(ui.allowTransitive).toBe(true);
    expect(ui.allowDeletion).toBe(false);
    expect(ui.resources.memoryLimit.toMebibytes()).toBe(64);
    expect(variables(chart, 'landoop-schema-ui')).toEqual({
      PORT: '8000',
      PROXY: 'true',
      SCHEMAREGISTRY_URL: 'http://registry.example.com:8081',
      READONLY_MODE: 'false',
      ALLOW_GLOBAL: 'false',
      ALLOW_TRANSITIVE: 'true',
      ALLOW_DELETION: 'false',
    });
  });

  test.each(['allowGlobalConfig', 'allowDeletion'] as const)(
    'throws if it is read-only, and %s',
    (property) => {
      expect(() => schemaUi({ readOnly: true, [property]: true })).toThrow(
        `test/schema-ui: ${property} is true; allowed: false with readOnly. Leave one of them out.`,
      );
    },
  );
});
