import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Project, REPOSITORY } from './project';

/** The library's front page shows a user's whole program: it has to be one. */
const README = readFileSync(join(REPOSITORY, 'constructs', 'README.md'), 'utf8');
const CHART = /```ts\n([^]*?)```/.exec(README)?.[1] ?? '';
const SCRIPTS = readdirSync(join(REPOSITORY, 'constructs'), { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.(sh|awk)$/.test(file) && !/^(dist|node_modules)\//.test(file),
);
const SCHEMA = { type: 'record', name: 'Click', fields: [{ name: 'page', type: 'string' }] };

describe('the construct library as an npm package', () => {
  let project: Project;

  beforeAll(() => {
    project = new Project('constructs', 'typescript');
  }, 300_000);

  afterAll(() => project.remove());

  test('has what users need: code, types, shell scripts, README, license', () => {
    const files = project.filesOf('cdk8s-kafka-flink');
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'LICENSE',
        'dist/constructs/index.js',
        'dist/constructs/index.d.ts',
        ...SCRIPTS.map((script) => `dist/constructs/${script}`),
      ]),
    );
  });

  test('has nothing for development only: no tests, no sources, nothing of the producer, no Kafka client', () => {
    const files = project.filesOf('cdk8s-kafka-flink').filter((name) => /\.\w+$/.test(name));
    const expected =
      /^(package\.json|README\.md|LICENSE|dist\/(avro|constructs|contract|imports)\/.*\.(js|d\.ts|json|sh|awk))$/;
    expect(files.filter((name) => !expected.test(name))).toEqual([]);
    const packages = project.packages();
    expect(packages).toEqual(expect.arrayContaining(['cdk8s', 'cdk8s-plus-27', 'constructs']));
    for (const unwanted of ['kafkajs', 'avsc', 'jest', 'eslint', 'tsx']) {
      expect(packages).not.toContain(unwanted);
    }
  });

  test("the README's chart of twenty lines at most compiles under strict and synthesizes; wrong props do not compile", () => {
    expect(CHART.trim().split('\n').length).toBeLessThanOrEqual(20);
    mkdirSync(join(project.folder, 'avro_schemas'));
    project.write('avro_schemas/clicks-value.avsc', JSON.stringify(SCHEMA));
    project.write('main.ts', CHART);
    project.write('wrong.ts', CHART.replace('brokers: 3', 'broker: 3'));
    // One run of the compiler for both: it takes seconds.
    expect(project.errorsOf('main.ts', 'wrong.ts')).toEqual([
      expect.stringMatching(/^wrong\.ts\(.*'broker' does not exist in type 'KafkaProps'/),
    ]);
    project.run('node', 'main.js');
    const manifest = project.read('dist/streaming.k8s.yaml');
    for (const name of ['kafka-broker', 'kafka-controller', 'kafka-schema-registry', 'flink-jobmanager']) {
      expect(manifest).toContain(`name: ${name}\n`);
    }
    expect(manifest).toContain('CREATE TABLE `clicks`');
  }, 120_000);

  test('what is not exported stays private', () => {
    const deep = "require('cdk8s-kafka-flink/dist/constructs/common/pod.js')";
    expect(() => project.run('node', '-e', deep)).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
