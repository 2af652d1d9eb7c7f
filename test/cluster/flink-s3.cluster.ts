/**
 * A session cluster whose state is in an object store: whatever is killed or changed, the results of its job
 * are those of what was sent.
 */
import { NAMES } from '../../constructs/common/names';
import { FlinkSessionCluster, FlinkSqlJob } from '../../constructs/index';
import { Cluster } from './support/cluster';
import { isBack, kill } from './support/kills';
import { removeLeftovers, testNamespace } from './support/namespace';
import { CHECKPOINT_INTERVAL, copying, JOB, jobOf, numbersManifest, SUMMING } from './support/numbers';
import { NumbersJob } from './support/numbers-job';
import { ObjectStore } from './support/object-store';
import { print } from './support/print';

const SCRIPT = jobOf(copying(0), SUMMING);
const CHANGED = jobOf(copying(-1), SUMMING);

describe('Flink with its state in an object store', () => {
  const namespace = testNamespace('s3');
  const cluster = new Cluster(namespace);
  const store = new ObjectStore('s3');
  const manifest = (script: string) =>
    numbersManifest(namespace, (chart, { tables }) => {
      const cluster = new FlinkSessionCluster(chart, 'flink', {
        tables,
        highAvailability: true,
        storage: store.storage,
        checkpointInterval: CHECKPOINT_INTERVAL,
        taskManager: { autoscaling: { maxReplicas: 2 } },
      });
      // More than one TaskManager has task slots for.
      new FlinkSqlJob(chart, 'job', { name: JOB, script, tables, cluster, parallelism: 4 });
    });
  const job = new NumbersJob(cluster, NAMES.flinkJobManager);

  beforeAll(async () => {
    await removeLeftovers('s3');
    await store.up();
    await job.up(`${manifest(SCRIPT)}---\n${store.secret(namespace)}`);
    await cluster.untilComplete(`flink-sql-${JOB}`, 180);
  });
  afterAll(async () => {
    await job.down();
    await store.down();
  });

  test('checkpoints are in the bucket, and no volume is claimed for them', async () => {
    await job.untilRuns();
    await job.untilCopies();
    expect(await store.list('checkpoints')).toContainEqual(expect.stringMatching(/^_metadata/));
    expect(await store.list('high-availability')).toContainEqual(
      expect.stringMatching(/^submittedJobGraph|^completedCheckpoint|^executionPlan/),
    );
    const claims = await cluster.list<{ metadata: { name: string } }>('pvc');
    expect(claims.filter(({ metadata }) => metadata.name.startsWith('flink'))).toEqual([]);
  });

  test.each([NAMES.flinkJobManager, NAMES.flinkTaskManager])(
    '%s is killed: the same job continues from a checkpoint of the bucket',
    async (workload) => {
      const before = await job.untilRuns();
      const pod = await cluster.pod(workload);
      await kill(cluster, pod, 'delete');
      await cluster.until(`${workload} is back`, 120, async () => isBack(pod, await cluster.pods(workload)));
      await job.untilCopies();
      const after = await job.untilRuns();
      expect(after).toMatchObject({ jid: before.jid, name: before.name });
      expect(await job.restoredFrom(after)).toMatch(/^s3:\/\/flink-state\/state\/checkpoints\/.+\/chk-\d+$/);
    },
  );

  test('a second TaskManager, as an autoscaler adds it: the job uses its task slots', async () => {
    const parallelism = async () => {
      const { jid } = await job.untilRuns();
      const { vertices } = await job.rest<{ vertices: { parallelism: number }[] }>(`/jobs/${jid}`);
      return Math.max(...vertices.map((vertex) => vertex.parallelism));
    };
    const before = await job.untilRuns();
    expect(await parallelism()).toBe(2);
    await cluster.kubectl.text(['scale', `deployment/${NAMES.flinkTaskManager}`, '--replicas=2']);
    await cluster.until('the job uses four task slots', 180, async () => (await parallelism()) === 4);
    await job.untilCopies();
    expect((await job.untilRuns()).jid).toBe(before.jid);
    await cluster.apply(manifest(SCRIPT));
    expect(await cluster.pods(NAMES.flinkTaskManager)).toHaveLength(2);
  });

  test('a changed script continues from a savepoint of the bucket', async () => {
    const before = await job.untilRuns();
    await cluster.apply(manifest(CHANGED));
    await cluster.until(
      'the changed script runs',
      240,
      async () => (await job.untilRuns()).name !== before.name,
    );
    expect(await job.restoredFrom(await job.untilRuns())).toMatch(
      /^s3:\/\/flink-state\/state\/savepoints\/savepoint-/,
    );
    await job.untilCopies();
  });

  test('every number was copied once, and the sums are those of the numbers', async () => {
    const sent = await job.expectExact();
    print(`S3: ${sent} numbers, each once, through two kills and a changed script`);
  });
});
