import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  Access,
  KafkaRest,
  LandoopSchemaUi,
  LandoopTopicsUi,
  SchemaRegistry,
  type LandoopSchemaUiProps,
  type LandoopTopicsUiProps,
} from '../../constructs/index';
import type { EnvVar, PodSpec } from '../rules/model';
import { httpServiceContract } from './http-service.contract';
import { newChart, objectOf, synth } from './support';

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
  access: Access.nodePort(30093),
  pod: { env: { EXAMPLE: '1' } },
};

/** What the contract checks alike on both pages. */
const PAGE = {
  containerPort: 8000,
  readyPath: '/',
  cpu: ['10m', '200m'],
  memory: [8, 64],
  jvm: false,
  user: [1000, 1000],
} as const;

httpServiceContract('LandoopTopicsUi', {
  make: (chart, id, props, { rest }) => new LandoopTopicsUi(chart, id, { ...props, rest }),
  name: 'landoop-topics-ui',
  image: 'landoop/kafka-topics-ui:0.9.4',
  mirrored: 'registry.example.com/mirror/landoop/kafka-topics-ui:0.9.4',
  port: 8093,
  ...PAGE,
  variable: 'MAX_BYTES',
  calls: [8082],
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
    expect(synth(topicsUi(all).chart)).toMatchSnapshot();
  });

  test('defaults', () => {
    const { ui, chart } = topicsUi();
    expect(ui.maxBytes).toBe(50_000);
    expect(ui.pollTimeout.toSeconds()).toBe(2);
    expect(variables(chart, 'landoop-topics-ui')).toEqual({
      PORT: '8000',
      PROXY: 'true',
      KAFKA_REST_PROXY_URL: 'http://rest.example.com:8082',
      MAX_BYTES: '50000',
      RECORD_POLL_TIMEOUT: '2000',
    });
  });

  test('throws if maxBytes is 0', () => {
    expect(() => topicsUi({ maxBytes: 0 })).toThrow(
      'test/topics-ui: maxBytes is 0; allowed: a whole number, 1 or more. Set maxBytes within that.',
    );
  });
});

httpServiceContract('LandoopSchemaUi', {
  make: (chart, id, props, { registry }) => new LandoopSchemaUi(chart, id, { ...props, registry }),
  name: 'landoop-schema-ui',
  image: 'landoop/schema-registry-ui:0.9.5',
  mirrored: 'registry.example.com/mirror/landoop/schema-registry-ui:0.9.5',
  port: 8094,
  ...PAGE,
  variable: 'READONLY_MODE',
  calls: [8081],
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
    expect(synth(schemaUi(all).chart)).toMatchSnapshot();
  });

  test('defaults', () => {
    const { ui, chart } = schemaUi();
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
    'throws if it is read-only with %s',
    (property) => {
      expect(() => schemaUi({ readOnly: true, [property]: true })).toThrow(
        `test/schema-ui: ${property} is true; allowed: false with readOnly. Leave one of them out.`,
      );
    },
  );
});
