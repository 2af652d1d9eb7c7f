import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Project, readmeBlocks, README, REPOSITORY } from './project';

/** The library's front page shows a user's whole program: it has to be one. */
const [CHART = '', ...SNIPPETS] = readmeBlocks('ts');
const [SCHEMA = ''] = readmeBlocks('json');
const SCRIPTS = readdirSync(join(REPOSITORY, 'constructs'), { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.(sh|awk)$/.test(file) && !/^(dist|node_modules)\//.test(file),
);

/** What users of another cdk8s-plus give to the library. */
const withPlus = (version: 27 | 33) => `
import { Size } from 'cdk8s';
import { Cpu, k8s } from 'cdk8s-plus-${version}';
import type { PodOptions, Resources } from 'cdk8s-kafka-flink';
export const resources: Resources = { cpuLimit: Cpu.units(2), memoryLimit: Size.gibibytes(2) };
const toleration: k8s.Toleration = { key: 'dedicated', operator: 'Exists' };
const volume: k8s.Volume = { name: 'rules', configMap: { name: 'rules' } };
const probe: k8s.Probe = { httpGet: { path: '/metrics', port: k8s.IntOrString.fromNumber(9308) } };
const affinity: k8s.Affinity = {};
const password: k8s.EnvVarSource = { secretKeyRef: { name: 'account', key: 'password' } };
export const pod: PodOptions = {
  tolerations: [toleration],
  volumes: [volume],
  affinity,
  env: { PASSWORD: password },
  sidecars: [{ name: 'exporter', image: 'example/exporter:1.2', readinessProbe: probe, resources }],
};
`;

describe('the construct library as an npm package', () => {
  let project: Project;

  beforeAll(() => {
    project = new Project('constructs', 'typescript', 'cdk8s-plus-27', 'cdk8s-plus-33');
  }, 300_000);

  afterAll(() => project.remove());

  test('has what users need: code, types, shell scripts, README, license', () => {
    const files = project.filesOf('cdk8s-kafka-flink');
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'LICENSE',
        'bin/cdk8s-kafka-flink.js',
        'docs/props.md',
        'dist/flink/Dockerfile',
        'dist/pom.xml',
        'dist/constructs/index.js',
        'dist/constructs/index.d.ts',
        ...SCRIPTS.map((script) => `dist/constructs/${script}`),
      ]),
    );
  });

  test('has nothing for development only: no tests, no sources, nothing of the producer, no Kafka client', () => {
    const files = project.filesOf('cdk8s-kafka-flink').filter((name) => /\.\w+$/.test(name));
    const expected =
      /^(package\.json|README\.md|LICENSE|docs\/props\.md|bin\/cdk8s-kafka-flink\.js|dist\/(avro|constructs|contract|imports)\/.*\.(js|d\.ts|json|sh|awk)|dist\/pom\.xml|dist\/flink\/((functions|generations)\/)?(pom\.xml|src\/main\/.*\.java))$/;
    expect(files.filter((name) => !expected.test(name))).toEqual([]);
    const packages = project.packages();
    expect(packages).toEqual(expect.arrayContaining(['cdk8s', 'cdk8s-plus-27', 'constructs']));
    for (const unwanted of ['kafkajs', 'avsc', 'jest', 'eslint', 'tsx']) {
      expect(packages).not.toContain(unwanted);
    }
  });

  test("the README's chart and snippets compile under strict, with types of other versions of cdk8s-plus too, and the chart synthesizes; wrong props do not compile", () => {
    expect(CHART.trim().split('\n').length).toBeLessThanOrEqual(25);
    mkdirSync(join(project.folder, 'avro_schemas'));
    project.write('avro_schemas/clicks-value.avsc', SCHEMA);
    project.write('main.ts', CHART);
    project.write('wrong.ts', CHART.replace('brokers: 3', 'broker: 3'));
    project.write('snippets.ts', [CHART, ...SNIPPETS].join('\n'));
    project.write('plus-27.ts', withPlus(27));
    project.write('plus-33.ts', withPlus(33));
    // One run of the compiler for all: it takes seconds.
    const files = ['main.ts', 'wrong.ts', 'snippets.ts', 'plus-27.ts', 'plus-33.ts'];
    expect(project.errorsOf(...files)).toEqual([
      expect.stringMatching(/^wrong\.ts\(.*'broker' does not exist in type 'KafkaProps'/),
    ]);
    project.run('node', 'main.js');
    const manifest = project.read('dist/streaming.k8s.yaml');
    for (const name of ['kafka-broker', 'kafka-controller', 'kafka-schema-registry', 'flink-jobmanager']) {
      expect(manifest).toContain(`name: ${name}\n`);
    }
    expect(manifest).toContain('CREATE TABLE `clicks`');
  }, 120_000);

  test('its README has links that work on every page, and names only files that are in it', () => {
    // A registry's page does not resolve links to files of the package.
    const links = [...README.matchAll(/\]\(([^)]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !link.startsWith('https://'))).toEqual([]);
    const named = [...README.matchAll(/`(docs\/[^`]+)`/g)].map(([, file = '']) => file);
    expect(named).toContain('docs/props.md');
    const files = project.filesOf('cdk8s-kafka-flink');
    expect(named.filter((file) => !files.includes(file))).toEqual([]);
  });

  test('its command builds the image with Docker, and pushes it under the name that manifests have', () => {
    project.write('docker', '#!/bin/sh\necho "$@"\n');
    project.run('chmod', '+x', 'docker');
    const push = ['--push', 'registry.example.com/mirror'];
    const lines = project.run('env', 'DOCKER=./docker', 'npx', 'cdk8s-kafka-flink', 'build-image', ...push);
    const image = 'kafka-flink-cluster/flink:2.3.0';
    expect(lines.trim().split('\n')).toEqual([
      expect.stringMatching(`^build --file .*/dist/flink/Dockerfile --tag ${image} .*/dist$`),
      `tag ${image} registry.example.com/mirror/${image}`,
      `push registry.example.com/mirror/${image}`,
    ]);
    expect(() => project.run('npx', 'cdk8s-kafka-flink', 'build-image', '--load', 'k3d')).toThrow(
      'error: --load is "k3d"; allowed: kind, minikube',
    );
  });

  test('what is not exported stays private', () => {
    const deep = "require('cdk8s-kafka-flink/dist/constructs/common/pod.js')";
    expect(() => project.run('node', '-e', deep)).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
