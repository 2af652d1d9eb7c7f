import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  Access,
  FlinkSqlJob,
  FlinkStorage,
  networkEdges,
  type FlinkApplicationOptions,
  type FlinkSqlJobProps,
  type StackSettings,
} from '../../constructs/index';
import { named, ofKind, type PodSpec } from '../rules/model';
import { brokenRules, links, newChart, synth } from './support';

const SCRIPT = 'INSERT INTO sink SELECT site FROM rows;';
const STORAGE = FlinkStorage.claim(Size.gibibytes(1));

function make(
  application: Partial<FlinkApplicationOptions> = {},
  props: Partial<FlinkSqlJobProps> = {},
  settings?: StackSettings,
) {
  const chart = newChart(settings);
  const table = links(chart).table();
  const job = new FlinkSqlJob(chart, 'job', {
    name: 'minutes',
    script: SCRIPT,
    tables: [table],
    application: { storage: STORAGE, ...application },
    ...props,
  });
  if (job.application === undefined) throw new Error('not an application');
  return { chart, job, application: job.application, objects: synth(chart) };
}

const deployment = (objects: ReturnType<typeof synth>, part: string) => {
  const object = named(objects, 'Deployment', `flink-sql-minutes-${part}`);
  const template = object?.spec?.template as { spec: PodSpec; metadata: { annotations: object } };
  const env = template.spec.containers[0]?.env ?? [];
  return {
    strategy: object?.spec?.strategy,
    template,
    container: template.spec.containers[0],
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
  };
};

describe('FlinkSqlJob as an application', () => {
  test('required props only', () => {
    const chart = newChart();
    new FlinkSqlJob(chart, 'job', { name: 'minutes', script: SCRIPT, application: { storage: STORAGE } });
    expect(synth(chart)).toMatchSnapshot();
  });

  test('all props', () => {
    const resources = {
      cpuRequest: Cpu.millis(60),
      cpuLimit: Cpu.units(2),
      memoryRequest: Size.gibibytes(1),
      memoryLimit: Size.gibibytes(3),
    };
    const { objects } = make(
      {
        storage: FlinkStorage.existingClaim('jobs'),
        jobManager: { memory: { process: Size.gibibytes(1) }, resources, access: Access.nodePort(30085) },
        taskManager: {
          replicas: 2,
          taskSlots: 4,
          memory: { process: Size.gibibytes(2) },
          resources,
          localStorage: { size: Size.gibibytes(5), storageClass: 'fast' },
        },
        checkpointInterval: Duration.minutes(1),
        stateBackend: 'rocksdb',
        flinkOptions: { 'table.exec.mini-batch.enabled': true },
        image: 'example/flink:2',
      },
      { parallelism: 8, savepointPolicy: 'drop-unmatched' },
    );
    expect(objects).toMatchSnapshot();
  });

  test('defaults', () => {
    const { job, application, objects } = make({}, { tables: undefined });
    expect(job).toMatchObject({ tables: [], parallelism: 1, savepointPolicy: 'savepoint' });
    expect(job.submission).toBeUndefined();
    expect(application.checkpointInterval.toSeconds()).toBe(10);
    expect(application.stateBackend).toBe('hashmap');
    expect(application.image).toBe('kafka-flink-cluster/flink:2.3.0');
    expect(application.jobManager).toMatchObject({ replicas: 1, memory: { process: Size.gibibytes(1) } });
    expect(application.taskManager).toMatchObject({ replicas: 1, taskSlots: 2 });
    expect(ofKind(objects, 'Job')).toEqual([]);
  });

  test.each([
    ['with defaults', {}],
    ['with several TaskManagers', { taskManager: { replicas: 2 } }],
  ])('keeps the rules of every chart %s', (_, application) => {
    expect(brokenRules(make(application, { tables: [] }).chart)).toEqual({});
  });

  test('old pods stop before new pods start, and there is one JobManager', () => {
    const { objects } = make();
    for (const part of ['jobmanager', 'taskmanager']) {
      expect(deployment(objects, part).strategy).toEqual({ type: 'Recreate' });
    }
    expect(named(objects, 'Deployment', 'flink-sql-minutes-jobmanager')?.spec?.replicas).toBe(1);
  });

  test('both kinds of pods have the content, the folder and the script', () => {
    const { application, objects, job } = make();
    for (const part of ['jobmanager', 'taskmanager']) {
      const { container, env, template } = deployment(objects, part);
      expect(container?.command).toEqual(['bash', `/etc/flink-job/${part}.sh`]);
      expect(env).toMatchObject({
        JOB_NAME: 'minutes',
        CONTENT: application.content,
        STATE_FOLDER: 'file:///flink-state/jobs/minutes',
        SAVEPOINT_POLICY: 'savepoint',
      });
      const script = template.spec.volumes?.find(({ name }) => name === 'job')?.configMap?.name ?? '';
      expect(named(objects, 'ConfigMap', script)).toMatchObject({
        immutable: true,
        data: { 'job.sql': job.sql },
      });
      expect(template.spec.volumes).toContainEqual({
        name: 'state',
        persistentVolumeClaim: { claimName: 'flink-sql-minutes-jobmanager-state' },
      });
    }
  });

  test('with a bucket, both kinds of pods have its options, its credentials and a link to it', () => {
    const storage = FlinkStorage.s3('s3://flink-state/x', {
      endpoint: 'http://minio.storage.svc:9000',
      credentials: { secretName: 'minio' },
    });
    const { chart, objects } = make({ storage });
    for (const part of ['jobmanager', 'taskmanager']) {
      const { env, container, template } = deployment(objects, part);
      expect(env.STATE_FOLDER).toBe('s3://flink-state/x/jobs/minutes');
      expect(container?.env).toContainEqual({
        name: 'AWS_SECRET_ACCESS_KEY',
        valueFrom: { secretKeyRef: { name: 'minio', key: 'secret-key' } },
      });
      expect(template.spec.volumes?.map(({ name }) => name)).not.toContain('state');
      const config = named(objects, 'ConfigMap', `flink-sql-minutes-${part}-config`)?.data?.['config.yaml'];
      expect(config).toContain('s3.endpoint: http://minio.storage.svc:9000');
      const links = networkEdges(chart).filter(({ from }) => from.name === `flink-sql-minutes-${part}`);
      expect(links.map(({ to }) => to.kind === 'external' && to.name)).toContain('Object store');
    }
    expect(ofKind(objects, 'PersistentVolumeClaim')).toEqual([]);
  });

  test('everything that makes another job changes the content, resources do not', () => {
    const content = (...args: Parameters<typeof make>) => make(...args).application.content;
    const same = content();
    expect(content()).toBe(same);
    expect(content({ taskManager: { memory: { process: Size.gibibytes(2) } } })).toBe(same);
    for (const other of [
      content({}, { script: 'INSERT INTO sink SELECT 1;' }),
      content({}, { savepointPolicy: 'fresh' }),
      content({ image: 'example/flink:3' }),
      content({ checkpointInterval: Duration.seconds(1) }),
      content({ flinkOptions: { 'pipeline.max-parallelism': 4 } }),
    ]) {
      expect(other).not.toBe(same);
    }
  });

  test('checkpoints are kept for the next script', () => {
    const { objects } = make();
    const config = named(objects, 'ConfigMap', 'flink-sql-minutes-jobmanager-config')?.data?.['config.yaml'];
    expect(config).toContain('externalized-checkpoint-retention: RETAIN_ON_CANCELLATION');
    expect(config).toContain('high-availability.type: kubernetes');
    expect(config).toContain('execution.checkpointing.interval: 10000 ms');
  });

  test('its pods are linked to each other, the Kubernetes API, and the Kafka and registry of the tables', () => {
    const edges = networkEdges(make().chart).map(
      ({ from, to }) =>
        `${from.name} ${to.kind === 'pods' ? to.workload.name : to.name} ${JSON.stringify(to.ports)}`,
    );
    expect(edges).toEqual(
      expect.arrayContaining([
        'flink-sql-minutes-jobmanager Kubernetes API [443,6443]',
        'flink-sql-minutes-jobmanager Kafka [9092]',
        'flink-sql-minutes-taskmanager flink-sql-minutes-jobmanager [6123,6124]',
        'flink-sql-minutes-taskmanager Kubernetes API [443,6443]',
        'flink-sql-minutes-taskmanager Kafka [9092]',
        'flink-sql-minutes-taskmanager Schema registry [8081]',
      ]),
    );
  });

  test('default: two TaskManagers have a disruption budget, one has none because it would block drains', () => {
    expect(ofKind(make().objects, 'PodDisruptionBudget')).toEqual([]);
    const budgets = ofKind(make({ taskManager: { replicas: 2 } }).objects, 'PodDisruptionBudget');
    expect(budgets.map(({ metadata }) => metadata.name)).toEqual(['flink-sql-minutes-taskmanager']);
  });

  test.each<[string, Partial<FlinkApplicationOptions>, Partial<FlinkSqlJobProps>, string]>([
    [
      'a parallelism above the number of task slots',
      { taskManager: { taskSlots: 2, replicas: 2 } },
      { parallelism: 5 },
      'parallelism is 5; allowed: at most 4, the task slots of all TaskManagers. Lower it, or raise application.taskManager.taskSlots',
    ],
    [
      'an option that the JobManager finds itself',
      { flinkOptions: { 'execution.state-recovery.path': '/x' } },
      {},
      'application.flinkOptions[\'execution.state-recovery.path\'] is "/x"; allowed: options that no other prop makes',
    ],
    [
      'a submission',
      {},
      { submission: { ttl: Duration.hours(1) } },
      'submission is "set"; allowed: nothing with application',
    ],
    ['a name that is too long', {}, { name: 'a'.repeat(31) }, 'digits and `-`, at most 30 characters'],
    ['no job', {}, { script: 'CREATE VIEW a AS SELECT 1' }, 'list of jobs that the script starts is []'],
  ])('throws on %s', (_, application, props, message) => {
    expect(() => make(application, props)).toThrow(message);
  });
});
