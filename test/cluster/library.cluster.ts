/**
 * The example of the construct library's README, by hand as it stands there: the packed package in an empty
 * project, its image, its manifest, and rows at the prompt.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Project, readmeBlocks } from '../package/project';
import { Cluster } from './support/cluster';
import { print } from './support/print';

const NAMESPACE = 'streaming';
const [CHART = ''] = readmeBlocks('ts');
const [SCHEMA = ''] = readmeBlocks('json');
const [STATEMENTS = ''] = readmeBlocks('sql');
const [INSTALL = '', IMAGE = '', APPLY = '', PROMPT = ''] = readmeBlocks('sh');

describe("the example of the library's README", () => {
  const cluster = new Cluster(NAMESPACE);
  let project: Project;

  beforeAll(async () => {
    await cluster.remove();
    // The package is installed from its tarball, as it is not published.
    const others = INSTALL.trim().split(' ').slice(3);
    expect(others).toEqual(['cdk8s', 'constructs', 'tsx']);
    project = new Project('constructs', ...others);
    mkdirSync(path.join(project.folder, 'avro_schemas'));
    project.write('avro_schemas/clicks-value.avsc', SCHEMA);
    project.write('main.ts', CHART);
  });
  afterAll(async () => {
    project.remove();
    await cluster.remove();
  });

  test('builds and loads the image', () => {
    expect(IMAGE).toBe('npx cdk8s-kafka-flink build-image --load kind\n');
    const hasKind = spawnSync('kind', ['version']).status === 0;
    // Without kind, the program in Docker's place loads what it builds.
    project.run('bash', '-ec', hasKind ? IMAGE : IMAGE.replace(' --load kind', ''));
  });

  test('is applied, and all services are there', () => {
    const began = Date.now();
    project.run('bash', '-ec', APPLY);
    print(`library: ready after ${((Date.now() - began) / 1000).toFixed(0)} s`);
  });

  test('shows the rows that the prompt has inserted', async () => {
    await cluster.untilComplete('kafka-topics', 120);
    const [insert = '', select = ''] = STATEMENTS.trim().split('\n');
    const run = (...statements: string[]) => {
      project.write('statements.sql', statements.map((statement) => `${statement}\n`).join(''));
      return project.run('bash', '-ec', `${PROMPT.trim().replace(' -it ', ' -i ')} < statements.sql`);
    };
    run(insert);
    // A query of a stream does not end, so this one ends with what is in the topic now.
    const bounded = select.replace(';', " /*+ OPTIONS('scan.bounded.mode' = 'latest-offset') */;");
    const rows = await cluster.until('both rows', 120, () => {
      const text = run("SET 'execution.runtime-mode' = 'batch';", bounded);
      return Promise.resolve(text.includes('2 rows in set') && text);
    });
    expect(rows).toContain('/home');
    expect(rows).toContain('/help');
  });
});
