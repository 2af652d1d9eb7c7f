/**
 * A SQL job with Flink for itself: whatever is killed or changed while it runs, its results are those of what
 * was sent.
 */
import { Size } from 'cdk8s';
import { FlinkSqlJob, FlinkStorage } from '../../constructs/index';
import { Cluster } from './support/cluster';
import { kill } from './support/kills';
import { CHECKPOINT_INTERVAL, copying, JOB, jobOf, numbersManifest, SUMMING } from './support/numbers';
import { NumbersJob } from './support/numbers-job';
import { isReady, type Pod } from './support/objects';
import { print } from './support/print';
import { removeLeftovers, testNamespace } from './support/namespace';

const JOB_MANAGER = `flink-sql-${JOB}-jobmanager`;
const TASK_MANAGER = `flink-sql-${JOB}-taskmanager`;

const SCRIPT = jobOf(copying(0), SUMMING);
const CHANGED = jobOf(copying(-1), SUMMING);
/** The sums, and their state, have no place in it. */
const WITHOUT_SUMS = jobOf(copying(0));

const manifest = (namespace: string, script: string) =>
  numbersManifest(namespace, (chart, { tables }) => {
    const application = {
      storage: FlinkStorage.claim(Size.gibibytes(1)),
      checkpointInterval: CHECKPOINT_INTERVAL,
    };
    new FlinkSqlJob(chart, 'job', { name: JOB, script, tables, application });
  });

describe('a SQL job as an application', () => {
  const namespace = testNamespace('jobs');
  const cluster = new Cluster(namespace);
  const job = new NumbersJob(cluster, JOB_MANAGER);

  beforeAll(async () => {
    await removeLeftovers('jobs');
    await job.up(manifest(namespace, SCRIPT));
  });
  afterAll(async () => {
    await job.down();
  });

  /** Waits until another pod, or another container of it, has taken the killed one's place. */
  const untilReplaced = (workload: string, killed: Pod) =>
    cluster.until(`${workload} is back`, 180, async () =>
      (await cluster.pods(workload)).some((pod) => isReady(pod) && pod.metadata.uid !== killed.metadata.uid),
    );

  const uids = async () => (await cluster.pods()).map(({ metadata }) => metadata.uid).sort();

  test('runs its script', async () => {
    await job.untilRuns();
    await job.untilCopies();
  });

  test.each([JOB_MANAGER, TASK_MANAGER])('%s is killed: the same job continues', async (workload) => {
    const before = await job.untilRuns();
    const pod = await cluster.pod(workload);
    await kill(cluster, pod, 'delete');
    await untilReplaced(workload, pod);
    const after = await job.untilRuns();
    await job.untilCopies();
    expect(after).toMatchObject({ jid: before.jid, name: before.name });
  });

  test('applied again: nothing changes, and no second job starts', async () => {
    const [before, pods] = [await job.untilRuns(), await uids()];
    const lines = await cluster.apply(manifest(namespace, SCRIPT));
    const own = lines.filter((line) => line.includes(`flink-sql-${JOB}-`));
    expect(own.length).toBeGreaterThan(8);
    expect(own.filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
    await job.untilCopies();
    expect(await uids()).toEqual(pods);
    expect((await job.untilRuns()).jid).toBe(before.jid);
  });

  test('a changed script continues from the last checkpoint of the previous one', async () => {
    const before = await job.untilRuns();
    await cluster.apply(manifest(namespace, CHANGED));
    const after = await cluster.until('the changed script runs', 240, async () => {
      const now = await job.untilRuns(1);
      return now.name !== before.name && now;
    });
    expect(await job.restoredFrom(after)).toMatch(new RegExp(`/${JOB}/1/checkpoints/.+/chk-\\d+$`));
    await job.untilCopies();
  });

  test('state that does not fit a changed script: the pod reports it and what to do, and after a revert the job continues', async () => {
    await cluster.apply(manifest(namespace, WITHOUT_SUMS));
    const said = await cluster.until('the JobManager gives up', 240, async () => {
      const [pod] = (await cluster.pods(JOB_MANAGER)).filter(
        ({ metadata }) => metadata.deletionTimestamp === undefined,
      );
      return pod?.status.containerStatuses?.[0]?.lastState?.terminated?.message;
    });
    expect(said).toContain(`${JOB}: the job failed: java.lang.IllegalStateException: Failed to rollback`);
    expect(said).toMatch(
      /the state in file:\/flink-state\/jobs\/numbers\/2\/checkpoints\/\S+ does not fit the changed job: set savepointPolicy to 'drop-unmatched' or 'fresh'/,
    );
    await cluster.apply(manifest(namespace, CHANGED));
    await cluster.untilReady(240);
    await job.untilRuns();
    await job.untilCopies();
  });

  test('every number was copied once, and the sums are those of the numbers', async () => {
    const sent = await job.expectExact();
    print(`jobs: ${sent} numbers, each once, through two kills and three changes of the script`);
  });
});
