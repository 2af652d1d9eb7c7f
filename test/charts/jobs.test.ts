import type { Chart } from 'cdk8s';
import { Testing } from 'cdk8s';
import { DevJobsChart, ProdJobsChart } from '../../charts';
import { FlinkSqlJob, FlinkStorage, networkEdges } from '../../constructs/index';
import { TOPIC } from '../../contract';
import { JOBS } from '../../jobs';
import { RULES } from '../rules';
import { named, ofKind, quantity, workloads, type KubeObject } from '../rules/model';
import { allowedFlows } from '../rules/network';
import { chartOf, objectsOf, objectsWithStack, STACK_OF_JOBS } from './support';

const jobsOf = (chart: Chart) =>
  chart.node.findAll().filter((it): it is FlinkSqlJob => it instanceof FlinkSqlJob);

const requested = (objects: KubeObject[], kind: 'requests' | 'limits', resource: string) =>
  workloads(objects).reduce(
    (sum, { pod, replicas }) =>
      sum +
      replicas *
        pod.containers.reduce(
          (all, { resources }) => all + quantity(resources?.[kind]?.[resource] ?? '0'),
          0,
        ),
    0,
  );

describe.each(Object.entries(STACK_OF_JOBS))('%s', (name, stack) => {
  const chart = chartOf(name);
  const own = Testing.synth(chart) as KubeObject[];
  const both = objectsWithStack(name);

  test('matches its snapshot', () => {
    expect(own).toMatchSnapshot();
  });

  test.each(RULES.map((rule) => [rule.name, rule] as const))('with its stack: %s', (_, rule) => {
    expect(rule.check(both)).toEqual([]);
  });

  test('contains nothing that the stack has, and is in its namespace', () => {
    expect(ofKind(own, 'Namespace')).toEqual([]);
    expect(new Set(own.map(({ metadata }) => metadata.namespace))).toEqual(
      new Set([chartOf(stack).namespace]),
    );
    expect(objectsOf(name, { namespace: 'elsewhere' })[0]?.metadata.namespace).toBe('elsewhere');
  });

  test('has every job, with its tables and its topics', () => {
    expect(jobsOf(chart).map(({ node }) => node.id)).toEqual(JOBS.map((job) => job.name));
    const declared = ofKind(own, 'ConfigMap').find(({ metadata }) => metadata.name === 'jobs-topics');
    for (const { topics } of JOBS) {
      for (const { name: topic } of topics) {
        // The rows' topic is the stack's.
        expect([topic, declared?.data?.['topics.tsv']?.includes(topic)]).toEqual([topic, topic !== TOPIC]);
      }
    }
  });

  test('tables that are written exactly once have unique transactional ids', () => {
    const prefixes = jobsOf(chart).flatMap(({ sql }) => [
      ...sql.matchAll(/'sink.transactional-id-prefix' = '([^']+)'/g),
    ]);
    const ids = prefixes.map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(JOBS.length);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('network policies allow its typed links and no others', () => {
    const links = networkEdges(chart).flatMap(({ from, to }) =>
      to.kind === 'external'
        ? []
        : to.ports
            .filter((port) => typeof port === 'number')
            .map((port) => `${from.name} -> ${to.workload.name}:${port}`),
    );
    const instance = (id: string) =>
      workloads(both).find((it) => it.id === id)?.labels['app.kubernetes.io/instance'];
    const instances = new Set(workloads(own).map(({ labels }) => labels['app.kubernetes.io/instance']));
    const flows = allowedFlows(both).flatMap((flow) => {
      const [, from = '', to = '', port] = /^(\S+) -> (\S+):(\d+)$/.exec(flow) ?? [];
      return instances.has(instance(from)) || instances.has(instance(to))
        ? [`${instance(from)} -> ${instance(to)}:${port}`]
        : [];
    });
    expect(flows.sort()).toEqual([...new Set(links)].sort());
  });

  test('has no network policies when the stack has none', () => {
    expect(ofKind(objectsOf(name, { networkPolicies: false }), 'NetworkPolicy')).toEqual([]);
  });

  test('one registry prefix overrides the images of all containers', () => {
    const images = workloads(objectsOf(name, { imageRegistry: 'mirror.example' })).flatMap(({ pod }) =>
      pod.containers.map(({ image }) => image),
    );
    expect(images.filter((image) => !image.startsWith('mirror.example/'))).toEqual([]);
  });
});

describe('dev-jobs', () => {
  const chart = new DevJobsChart(Testing.app(), 'dev-jobs');
  const own = Testing.synth(chart) as KubeObject[];

  test('stack and jobs request at most 4 GiB and 2 CPU in all', () => {
    const both = objectsWithStack('dev-jobs');
    expect(requested(both, 'requests', 'memory')).toBeLessThanOrEqual(4 * 2 ** 30);
    expect(requested(both, 'requests', 'cpu')).toBeLessThanOrEqual(2);
  });

  test('submits each job to the session cluster, which has task slots for all jobs and a query', () => {
    const jobs = jobsOf(chart);
    expect(jobs.map(({ savepointPolicy }) => savepointPolicy)).toEqual(jobs.map(() => 'savepoint'));
    expect(ofKind(own, 'Job').map(({ metadata }) => metadata.name.replace(/-[0-9a-f]+$/, ''))).toEqual([
      'jobs-topics',
      ...JOBS.map(({ name }) => `flink-sql-${name}`),
    ]);
    const config = named(objectsOf('dev'), 'ConfigMap', 'flink-taskmanager-config')?.data?.['config.yaml'];
    const taskSlots = Number(/taskmanager.numberOfTaskSlots: (\d+)/.exec(config ?? '')?.[1]);
    expect(taskSlots).toBeGreaterThan(jobs.reduce((sum, { parallelism }) => sum + parallelism, 0));
  });
});

describe('prod-jobs', () => {
  const own = objectsOf('prod-jobs');

  test('each job has its own JobManager and TaskManager, and its state in the bucket of the stack', () => {
    const names = JOBS.flatMap(({ name }) => [
      `flink-sql-${name}-jobmanager`,
      `flink-sql-${name}-taskmanager`,
    ]);
    expect(ofKind(own, 'Deployment').map(({ metadata }) => metadata.name)).toEqual(names);
    expect(ofKind(own, 'PersistentVolumeClaim')).toEqual([]);
    const config = named(objectsOf('prod'), 'ConfigMap', 'flink-jobmanager-config')?.data?.['config.yaml'];
    const [, state = ''] = /execution.checkpointing.dir: (\S+)\/checkpoints/.exec(config ?? '') ?? [];
    expect(state).toMatch(/^s3:/);
    const folders = workloads(own).flatMap(({ pod }) =>
      (pod.containers[0]?.env ?? []).flatMap(({ name, value }) => (name === 'STATE_FOLDER' ? [value] : [])),
    );
    expect([...new Set(folders)]).toEqual(JOBS.map(({ name }) => `${state}/jobs/${name}`));
  });

  test('uses the storage class for every volume, and another storage for the state', () => {
    const fast = objectsOf('prod-jobs', { storageClass: 'fast' });
    const ephemeral = workloads(fast).flatMap(({ pod }) =>
      (pod.volumes ?? []).flatMap(({ ephemeral: it }) => (it ? [it.volumeClaimTemplate.spec] : [])),
    );
    expect(ephemeral.length).toBe(JOBS.length);
    expect(ephemeral.filter((claim) => claim.storageClassName !== 'fast')).toEqual([]);
    const shared = new ProdJobsChart(Testing.app(), 'prod-jobs', {
      flinkStorage: FlinkStorage.existingClaim('jobs'),
    });
    for (const { pod } of workloads(Testing.synth(shared) as KubeObject[])) {
      if (!pod.containers.some(({ name }) => name === 'jobmanager' || name === 'taskmanager')) continue;
      expect(pod.volumes).toContainEqual({ name: 'state', persistentVolumeClaim: { claimName: 'jobs' } });
    }
  });

  test("the stack's quota has room for them, even if a rollout doubles all pods of the stack", () => {
    const stack = objectsOf('prod');
    const hard = ofKind(stack, 'ResourceQuota')[0]?.spec?.hard as Record<string, string>;
    for (const kind of ['requests', 'limits'] as const) {
      for (const resource of ['cpu', 'memory']) {
        const rolling = workloads(stack).map((it) => ({ ...it, replicas: it.replicas + 1 }));
        const ofStack = rolling.reduce(
          (sum, { pod, replicas }) =>
            sum +
            replicas *
              pod.containers.reduce((all, c) => all + quantity(c.resources?.[kind]?.[resource] ?? '0'), 0),
          0,
        );
        const all = ofStack + requested(own, kind, resource);
        expect([kind, resource, all <= quantity(hard[`${kind}.${resource}`] ?? '0')]).toEqual([
          kind,
          resource,
          true,
        ]);
      }
    }
    const pods = (objects: KubeObject[], extra: number) =>
      workloads(objects).reduce((sum, { replicas }) => sum + replicas + extra, 0);
    expect(pods(stack, 1) + pods(own, 0)).toBeLessThanOrEqual(quantity(hard.pods ?? '0'));
  });
});
