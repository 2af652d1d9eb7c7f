import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Project, REPOSITORY } from './project';

const FIXTURE = join(REPOSITORY, 'test', 'fixtures', 'B00921182Day.tgz');
const EXPECTED = JSON.parse(readFileSync(`${FIXTURE}.expected.json`, 'utf8')) as { rows: unknown[] };

describe('the producer as an npm package', () => {
  let project: Project;

  beforeAll(() => {
    project = new Project('producer', 'typescript', '@types/node');
  }, 300_000);

  afterAll(() => project.remove());

  test('contains what users need: code, types, schemas, README, license', () => {
    expect(project.filesOf('strain-producer')).toEqual(
      expect.arrayContaining([
        'README.md',
        'LICENSE',
        'bin/strain-producer.js',
        'dist/producer/index.d.ts',
        'dist/avro_schemas/gtsm_etl-key.avsc',
        'dist/avro_schemas/gtsm_etl-value.avsc',
      ]),
    );
  });

  test('contains nothing for development only: no tests, no sources, no cdk8s', () => {
    const files = project.filesOf('strain-producer');
    expect(files.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))).toEqual([]);
    expect(files.filter((name) => /(^|\/)(test|local|constructs|charts)\//.test(name))).toEqual([]);
    for (const unwanted of ['cdk8s', 'constructs', 'jest', 'eslint', 'tsx']) {
      expect(project.packages()).not.toContain(unwanted);
    }
  });

  test('prints its usage', () => {
    const help = project.run('npx', 'strain-producer', '--help');
    for (const command of ['produce', 'parse', 'info', 'sample']) expect(help).toContain(command);
  });

  test('reads bottles as the sources do', () => {
    const rows = project.run('npx', 'strain-producer', 'parse', FIXTURE).trim().split('\n');
    expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual(EXPECTED.rows);
  });

  test('finds its schemas: produce only lacks a broker', () => {
    const nowhere = ['--bootstrap-servers', 'localhost:1'];
    expect(() =>
      project.run('npx', 'strain-producer', 'produce', '--wait', '1', ...nowhere, FIXTURE),
    ).toThrow('Kafka at localhost:1 could not be used within 1 s');
  }, 60_000);

  test('is a typed library', () => {
    project.write(
      'main.ts',
      "import { parseArchiveName } from 'strain-producer';\nconsole.log(parseArchiveName('B00921182Day.tgz')?.site);\n",
    );
    expect(project.errorsOf('main.ts')).toEqual([]);
    expect(project.run('node', 'main.js')).toBe('B009\n');
  }, 120_000);
});
