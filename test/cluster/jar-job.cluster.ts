/**
 * A jar job with its own Flink, whose state is in an object store: whatever is killed or changed, its results
 * are those of what was sent.
 */
import { FlinkJarJob } from '../../constructs/index';
import { Cluster } from './support/cluster';
import { kill } from './support/kills';
import { removeLeftovers, testNamespace } from './support/namespace';
import { CHECKPOINT_INTERVAL, JOB, numbersManifest } from './support/numbers';
import { buildNumbersImage, NUMBERS_IMAGE } from './support/numbers-image';
import { NumbersJob } from './support/numbers-job';
import { ObjectStore } from './support/object-store';
import { isReady } from './support/objects';
import { print } from './support/print';

const JOB_MANAGER = `flink-jar-${JOB}-jobmanager`;
const TASK_MANAGER = `flink-jar-${JOB}-taskmanager`;

describe('a jar job with its state in an object store', () => {
  const namespace = testNamespace('jar');
  const cluster = new Cluster(namespace);
  const store = new ObjectStore('jar');
  const job = new NumbersJob(cluster, JOB_MANAGER);

  /** @param least no number is below it, so the arguments change and what the job gives does not */
  const manifest = (least: number) =>
    numbersManifest(namespace, (chart, { kafka }) => {
      new FlinkJarJob(chart, 'job', {
        name: JOB,
        jar: '/opt/flink/usrlib/numbers.jar',
        className: 'numbers.Numbers',
        args: [kafka.bootstrapServers, String(least)],
        kafka: [kafka],
        application: {
          image: NUMBERS_IMAGE,
          storage: store.storage,
          checkpointInterval: CHECKPOINT_INTERVAL,
          stateBackend: 'rocksdb',
          flinkOptions: { 'execution.checkpointing.incremental': true },
        },
      });
    });

  beforeAll(async () => {
    await removeLeftovers('jar');
    await buildNumbersImage();
    await store.up();
    await job.up(`${manifest(0)}---\n${store.secret(namespace)}`);
  });
  afterAll(async () => {
    await job.down();
    await store.down();
  });

  /** Checkpoints of a generation that are in the bucket. */
  const checkpointsOf = async (generation: number) =>
    (await store.list(`jobs/${JOB}/${generation}/checkpoints`)).filter((name) =>
      name.startsWith('_metadata'),
    );

  /** The job of the changed arguments, and where its state came from. */
  const changeTo = async (least: number) => {
    const before = await job.untilRuns();
    await cluster.apply(manifest(least));
    const after = await cluster.until('the changed job runs', 240, async () => {
      const now = await job.untilRuns(1);
      return now.jid !== before.jid && now;
    });
    await job.untilCopies();
    return job.restoredFrom(after);
  };

  test('runs its jar, and keeps its state in the bucket', async () => {
    await job.untilRuns();
    await job.untilCopies();
    expect(await checkpointsOf(1)).not.toEqual([]);
  });

  test.each([JOB_MANAGER, TASK_MANAGER])('%s is killed: the same job continues', async (workload) => {
    const before = await job.untilRuns();
    const pod = await cluster.pod(workload);
    await kill(cluster, pod, 'delete');
    await cluster.until(`${workload} is back`, 180, async () =>
      (await cluster.pods(workload)).some((it) => isReady(it) && it.metadata.uid !== pod.metadata.uid),
    );
    const after = await job.untilRuns();
    await job.untilCopies();
    expect(after.jid).toBe(before.jid);
  });

  test('changed arguments: a new job continues from the last checkpoint of the old one, also after a revert', async () => {
    expect(await changeTo(-1)).toMatch(new RegExp(`^s3://.+/jobs/${JOB}/1/checkpoints/.+/chk-\\d+$`));
    expect(await changeTo(0)).toMatch(new RegExp(`^s3://.+/jobs/${JOB}/2/checkpoints/.+/chk-\\d+$`));
  });

  test('checkpoints that no generation needs any more are deleted', async () => {
    expect(await checkpointsOf(1)).toEqual([]);
    expect(await checkpointsOf(3)).not.toEqual([]);
  });

  test('every number was copied once, and the sums are those of the numbers', async () => {
    const sent = await job.expectExact();
    print(`jar: ${sent} numbers, each once, through two kills and two changes of the arguments`);
  });
});
