/**
 * A session cluster whose state is in an object store: whatever is killed or changed, the results of its job
 * are those of what was sent.
 */
import { NAMES } from '../../constructs/common/names';
import { FLINK_PORTS } from '../../constructs/flink/ports';
import { BrokerAccess } from './support/broker-access';
import { Cluster } from './support/cluster';
import { isBack, kill } from './support/kills';
import { getJson } from './support/messages';
import { removeLeftovers, testNamespace } from './support/namespace';
import {
  copying,
  JOB,
  jobOf,
  numbersManifest,
  NumberSource,
  Results,
  SUMMING,
  sumsBelow,
} from './support/numbers';
import { ObjectStore } from './support/object-store';
import { print } from './support/print';

interface FlinkJob {
  readonly jid: string;
  readonly name: string;
  readonly state: string;
  readonly tasks: { readonly total: number; readonly running: number };
}

const SCRIPT = jobOf(copying(0), SUMMING);
const CHANGED = jobOf(copying(-1), SUMMING);

describe('Flink with its state in an object store', () => {
  const namespace = testNamespace('s3');
  const cluster = new Cluster(namespace);
  const store = new ObjectStore('s3');
  const manifest = (script: string) => numbersManifest(namespace, script, store.storage);
  let access: BrokerAccess;
  let source: NumberSource;
  let results: Results;

  beforeAll(async () => {
    await removeLeftovers('s3');
    await store.up();
    await cluster.apply(`${manifest(SCRIPT)}---\n${store.secret(namespace)}`);
    await cluster.untilComplete('kafka-topics', 180);
    await cluster.untilReady(180);
    access = await BrokerAccess.open(cluster);
    source = new NumberSource(cluster, access);
    await source.start();
    results = await Results.follow(access);
    await cluster.untilComplete(`flink-sql-${JOB}`, 180);
  });
  afterAll(async () => {
    await source.stop();
    await results.stop();
    await access.close();
    await cluster.remove();
    await store.down();
  });

  const rest = <T>(path: string): Promise<T> =>
    cluster.forward(`svc/${NAMES.flinkJobManager}`, FLINK_PORTS.rest, ({ url }) => getJson<T>(url + path));

  /** The job, once all its tasks run. */
  const untilRuns = () =>
    cluster.until('the job runs', 180, async () => {
      const { jobs } = await rest<{ jobs: FlinkJob[] }>('/jobs/overview');
      const [job, ...others] = jobs.filter(({ state }) => !['FINISHED', 'CANCELED'].includes(state));
      if (others.length > 0) throw new Error(`more than one job: ${jobs.map(({ name }) => name).join()}`);
      return job?.state === 'RUNNING' && job.tasks.running === job.tasks.total && job;
    });

  /** Where the state of the job came from when it was last started. */
  const restoredFrom = async ({ jid }: FlinkJob) => {
    const { latest } = await rest<{ latest: { restored: { external_path: string } | null } }>(
      `/jobs/${jid}/checkpoints`,
    );
    return latest.restored?.external_path;
  };

  /** Waits for results of numbers that are sent from now on. */
  async function untilNewResults(): Promise<void> {
    const { sent } = source;
    await cluster.until('new results', 180, () => Promise.resolve(results.copies.has(sent + 100)));
  }

  test('checkpoints are in the bucket, and no volume is claimed for them', async () => {
    await untilRuns();
    await untilNewResults();
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
      const before = await untilRuns();
      const pod = await cluster.pod(workload);
      await kill(cluster, pod, 'delete');
      await cluster.until(`${workload} is back`, 120, async () => isBack(pod, await cluster.pods(workload)));
      await untilNewResults();
      const after = await untilRuns();
      expect(after).toMatchObject({ jid: before.jid, name: before.name });
      expect(await restoredFrom(after)).toMatch(/^s3:\/\/flink-state\/state\/checkpoints\/.+\/chk-\d+$/);
    },
  );

  test('a second TaskManager, as an autoscaler adds it: the job uses its task slots', async () => {
    const parallelism = async () => {
      const { jid } = await untilRuns();
      const { vertices } = await rest<{ vertices: { parallelism: number }[] }>(`/jobs/${jid}`);
      return Math.max(...vertices.map((vertex) => vertex.parallelism));
    };
    const before = await untilRuns();
    expect(await parallelism()).toBe(2);
    await cluster.kubectl.text(['scale', `deployment/${NAMES.flinkTaskManager}`, '--replicas=2']);
    await cluster.until('the job uses four task slots', 180, async () => (await parallelism()) === 4);
    await untilNewResults();
    expect((await untilRuns()).jid).toBe(before.jid);
    await cluster.apply(manifest(SCRIPT));
    expect(await cluster.pods(NAMES.flinkTaskManager)).toHaveLength(2);
  });

  test('a changed script continues from a savepoint of the bucket', async () => {
    const before = await untilRuns();
    await cluster.apply(manifest(CHANGED));
    await cluster.until('the changed script runs', 240, async () => (await untilRuns()).name !== before.name);
    expect(await restoredFrom(await untilRuns())).toMatch(
      /^s3:\/\/flink-state\/state\/savepoints\/savepoint-/,
    );
    await untilNewResults();
  });

  test('every number was copied once, and the sums are those of the numbers', async () => {
    await source.stop();
    const { sent } = source;
    const expected = sumsBelow(sent);
    await cluster.until('the last results', 60, () =>
      Promise.resolve(
        results.copies.size >= sent &&
          [...results.sums.values()].reduce((sum, { amount }) => sum + amount, 0) >= sent,
      ),
    );
    expect([...results.copies].filter(([n, times]) => times !== 1 || n < 0 || n >= sent)).toEqual([]);
    expect(new Map([...results.sums].sort(([a], [b]) => a - b))).toEqual(expected);
    print(`S3: ${sent} numbers, each once, through two kills and a changed script`);
  });
});
