import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  FlinkSessionCluster,
  FlinkSqlJob,
  FlinkStorage,
  networkEdges,
  type FlinkSqlJobProps,
} from '../../constructs/index';
import { named, ofKind, type PodSpec } from '../rules/model';
import { links, newChart, synth } from './support';

const SCRIPT = 'INSERT INTO sink SELECT site FROM rows;';

function make(
  props: Partial<FlinkSqlJobProps> = {},
  storage: FlinkStorage | undefined = FlinkStorage.s3('s3://bucket/f'),
) {
  const chart = newChart();
  const table = links(chart).table();
  const cluster = new FlinkSessionCluster(chart, 'flink', { storage, taskManager: { taskSlots: 2 } });
  const job = new FlinkSqlJob(chart, 'job', {
    cluster,
    name: 'minutes',
    script: SCRIPT,
    tables: [table],
    ...props,
  });
  const objects = synth(chart).filter(
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'sql-job',
  );
  const [object] = ofKind(objects, 'Job');
  const pod = (object?.spec?.template as { spec: PodSpec }).spec;
  const env = Object.fromEntries(pod.containers[0]?.env?.map(({ name, value }) => [name, value]) ?? []);
  return { chart, cluster, table, job, objects, object, pod, env };
}

describe('FlinkSqlJob on a session cluster', () => {
  test('required props only', () => {
    const chart = newChart();
    const cluster = new FlinkSessionCluster(chart, 'flink');
    new FlinkSqlJob(chart, 'job', { cluster, name: 'minutes', script: SCRIPT });
    expect(
      synth(chart).filter(
        ({ kind, metadata }) => kind === 'Job' || metadata.name.startsWith('flink-sql-minutes'),
      ),
    ).toMatchSnapshot();
  });

  test('all props', () => {
    const { objects } = make({
      parallelism: 2,
      savepointPolicy: 'drop-unmatched',
      submission: {
        waitsFor: Duration.minutes(1),
        ttl: Duration.hours(1),
        resources: {
          cpuRequest: Cpu.millis(60),
          cpuLimit: Cpu.units(2),
          memoryRequest: Size.mebibytes(200),
          memoryLimit: Size.mebibytes(400),
        },
      },
    });
    expect(objects).toMatchSnapshot();
  });

  test('defaults', () => {
    const { job, object, env, cluster } = make({ tables: undefined });
    expect(job.tables).toBe(cluster.tables);
    expect(job.parallelism).toBe(1);
    expect(job.savepointPolicy).toBe('savepoint');
    expect(make({}, undefined).job.savepointPolicy).toBe('savepoint');
    expect(object?.spec?.ttlSecondsAfterFinished).toBe(600);
    expect(env.WAIT_SECONDS).toBe('300');
  });

  test('default: without a storage the new job starts without state', () => {
    const chart = newChart();
    const cluster = new FlinkSessionCluster(chart, 'flink');
    const job = new FlinkSqlJob(chart, 'job', { cluster, name: 'minutes', script: SCRIPT });
    expect(job.savepointPolicy).toBe('fresh');
  });

  test('the script is submitted with its name, its parallelism and its tables', () => {
    const { job, table, objects } = make({ parallelism: 2 });
    expect(job.pipelineName).toMatch(/^minutes@[0-9a-f]{10}$/);
    expect(job.sql).toBe(
      `SET 'pipeline.name' = '${job.pipelineName}';\n\nSET 'parallelism.default' = '2';\n\n${table.ddl};\n\n${SCRIPT}\n`,
    );
    const [map] = ofKind(objects, 'ConfigMap');
    expect(map?.data?.['job.sql']).toBe(job.sql);
  });

  test('the same content makes the same Job with the same script, other content makes another', () => {
    const names = (props?: Partial<FlinkSqlJobProps>) =>
      make(props)
        .objects.filter(({ kind }) => kind !== 'NetworkPolicy')
        .map(({ metadata }) => metadata.name);
    expect(names()).toEqual(names());
    const [map, job] = names({ script: 'INSERT INTO sink SELECT 1;' });
    expect(names()).not.toContain(map);
    expect(names()).not.toContain(job);
    expect(make({ parallelism: 2 }).job.pipelineName).not.toBe(make().job.pipelineName);
  });

  test('the Job mounts the ConfigMap of its own content', () => {
    const { objects, pod } = make();
    const name = pod.volumes?.find((volume) => volume.name === 'script')?.configMap?.name ?? '';
    expect(named(objects, 'ConfigMap', name)?.immutable).toBe(true);
  });

  test('is linked to the JobManager and the gateway, and links the cluster to its tables', () => {
    const { chart } = make();
    const edges = networkEdges(chart).map(
      ({ from, to }) =>
        `${from.name} ${to.kind === 'pods' ? to.workload.name : to.name} ${JSON.stringify(to.ports)}`,
    );
    expect(edges).toEqual(
      expect.arrayContaining([
        'flink-sql-minutes flink-jobmanager [8081]',
        'flink-sql-minutes flink-sql-client [8084]',
        'flink-taskmanager Kafka [9092]',
        'flink-taskmanager Schema registry [8081]',
      ]),
    );
  });

  test.each<[string, Partial<FlinkSqlJobProps>, string]>([
    [
      'a name that is not valid for objects',
      { name: 'Minutes' },
      'test/job: name is "Minutes"; allowed: lowercase letters',
    ],
    [
      'a parallelism above the number of task slots',
      { parallelism: 3 },
      'parallelism is 3; allowed: at most 2, the task slots of all TaskManagers',
    ],
    [
      'no job',
      { script: 'CREATE VIEW a AS SELECT 1' },
      'test/job: list of jobs that the script starts is []; allowed: exactly one job',
    ],
    [
      'two jobs',
      { script: `${SCRIPT} ${SCRIPT}` },
      'list of jobs that the script starts is ["INSERT INTO sink SELECT site FROM rows","INSERT',
    ],
    [
      'a query without a sink',
      { script: 'SELECT * FROM rows' },
      'statement of the script is "SELECT * FROM rows"; allowed: INSERT INTO a table',
    ],
  ])('throws on %s', (_, props, message) => {
    expect(() => make(props)).toThrow(message);
  });

  test('throws on a table that the cluster of another chart is not linked to', () => {
    const chart = newChart();
    const other = newChart();
    const cluster = new FlinkSessionCluster(other, 'flink', { tables: [links(other).table()] });
    const tables = [links(chart).table()];
    expect(() => new FlinkSqlJob(chart, 'job', { cluster, name: 'minutes', script: SCRIPT, tables })).toThrow(
      'test/job: tables is "rows"; allowed: tables whose Kafka and registry the cluster of chart test is linked to',
    );
    new FlinkSqlJob(chart, 'known', { cluster, name: 'known', script: SCRIPT });
  });

  test('throws on neither a cluster nor an application, and on both', () => {
    expect(() => make({ cluster: undefined })).toThrow(
      'test/job: cluster and application is "neither"; allowed: exactly one of the two',
    );
    expect(() => make({ application: { storage: FlinkStorage.claim(Size.gibibytes(1)) } })).toThrow(
      'cluster and application is "both"',
    );
  });

  test('throws on savepoints without a storage', () => {
    const chart = newChart();
    const cluster = new FlinkSessionCluster(chart, 'flink');
    expect(
      () =>
        new FlinkSqlJob(chart, 'job', {
          cluster,
          name: 'minutes',
          script: SCRIPT,
          savepointPolicy: 'savepoint',
        }),
    ).toThrow(`savepointPolicy is "savepoint"; allowed: 'fresh', because the cluster has no storage`);
  });
});

describe('a script is rejected if', () => {
  test('it inserts into a table without a sink', () => {
    expect(() => make({ script: 'INSERT INTO rows SELECT * FROM rows' })).toThrow(
      'test/job: script is "INSERT INTO rows"; allowed: a table with a sink. ' +
        "Set sink: 'exactly-once' or 'at-least-once' on test/table.",
    );
  });

  test('a text in it has no end', () => {
    expect(() => make({ script: "INSERT INTO sink SELECT site FROM rows WHERE site = 'B009" })).toThrow(
      /^test\/job: line 1, column 53 of the script is .* this is a string without its closing quote, '/,
    );
  });

  test('it sets an option that Flink does not know', () => {
    expect(() => make({ script: `SET 'table.exec.state.tll' = '1 d'; ${SCRIPT}` })).toThrow(
      'allowed: options of Flink 2.3.0. Correct the name. Did you mean "table.exec.state.ttl"?',
    );
  });
});
