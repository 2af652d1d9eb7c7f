/**
 * A SQL job with Flink for itself: whatever is killed or changed while it runs, its results are those of what
 * was sent.
 */
import { FLINK_PORTS } from '../../constructs/flink/ports';
import { BrokerAccess } from './support/broker-access';
import { Cluster } from './support/cluster';
import { kill } from './support/kills';
import { getJson } from './support/messages';
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
import { isReady, type Pod } from './support/objects';
import { print } from './support/print';
import { removeLeftovers, testNamespace } from './support/namespace';

const JOB_MANAGER = `flink-sql-${JOB}-jobmanager`;
const TASK_MANAGER = `flink-sql-${JOB}-taskmanager`;

interface FlinkJob {
  readonly jid: string;
  readonly name: string;
  readonly state: string;
  readonly tasks: { readonly total: number; readonly running: number };
}

const SCRIPT = jobOf(copying(0), SUMMING);
const CHANGED = jobOf(copying(-1), SUMMING);
/** The sums, and their state, have no place in it. */
const WITHOUT_SUMS = jobOf(copying(0));

describe('a SQL job as an application', () => {
  const namespace = testNamespace('jobs');
  const cluster = new Cluster(namespace);
  let access: BrokerAccess;
  let source: NumberSource;
  let results: Results;

  beforeAll(async () => {
    await removeLeftovers('jobs');
    await cluster.apply(numbersManifest(namespace, SCRIPT));
    await cluster.untilComplete('kafka-topics', 180);
    await cluster.untilReady(180);
    access = await BrokerAccess.open(cluster);
    source = new NumberSource(cluster, access);
    await source.start();
    results = await Results.follow(access);
  });
  afterAll(async () => {
    await source.stop();
    await results.stop();
    await access.close();
    await cluster.remove();
  });

  /** The job, once all its tasks run. */
  const untilRuns = (seconds = 180) =>
    cluster.until('the job runs', seconds, async () => {
      const jobs = await rest<{ jobs: FlinkJob[] }>('/jobs/overview');
      const [job, ...others] = jobs.jobs;
      if (others.length > 0)
        throw new Error(`more than one job: ${jobs.jobs.map(({ name }) => name).join()}`);
      return job?.state === 'RUNNING' && job.tasks.running === job.tasks.total && job;
    });

  const rest = <T>(path: string): Promise<T> =>
    cluster.forward(`svc/${JOB_MANAGER}`, FLINK_PORTS.rest, ({ url }) => getJson<T>(url + path));

  /** Where the job's state came from when it was started. */
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

  /** Waits until another pod, or another container of it, has taken the killed one's place. */
  const untilReplaced = (workload: string, killed: Pod) =>
    cluster.until(`${workload} is back`, 180, async () =>
      (await cluster.pods(workload)).some((pod) => isReady(pod) && pod.metadata.uid !== killed.metadata.uid),
    );

  const uids = async () => (await cluster.pods()).map(({ metadata }) => metadata.uid).sort();

  test('runs its script', async () => {
    await untilRuns();
    await untilNewResults();
  });

  test.each([JOB_MANAGER, TASK_MANAGER])('%s is killed: the same job continues', async (workload) => {
    const before = await untilRuns();
    const pod = await cluster.pod(workload);
    await kill(cluster, pod, 'delete');
    await untilReplaced(workload, pod);
    const after = await untilRuns();
    await untilNewResults();
    expect(after).toMatchObject({ jid: before.jid, name: before.name });
  });

  test('applied again: nothing changes, and no second job starts', async () => {
    const [job, pods] = [await untilRuns(), await uids()];
    const lines = await cluster.apply(numbersManifest(namespace, SCRIPT));
    const own = lines.filter((line) => line.includes(`flink-sql-${JOB}-`));
    expect(own.length).toBeGreaterThan(8);
    expect(own.filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
    await untilNewResults();
    expect(await uids()).toEqual(pods);
    expect((await untilRuns()).jid).toBe(job.jid);
  });

  test('a changed script continues from the last checkpoint of the previous one', async () => {
    const before = await untilRuns();
    await cluster.apply(numbersManifest(namespace, CHANGED));
    const after = await cluster.until('the changed script runs', 240, async () => {
      const job = await untilRuns(1);
      return job.name !== before.name && job;
    });
    expect(await restoredFrom(after)).toMatch(new RegExp(`/${JOB}/1/checkpoints/.+/chk-\\d+$`));
    await untilNewResults();
  });

  test('state that does not fit a changed script: the pod reports it and what to do, and after a revert the job continues', async () => {
    await cluster.apply(numbersManifest(namespace, WITHOUT_SUMS));
    const said = await cluster.until('the JobManager gives up', 240, async () => {
      const [pod] = (await cluster.pods(JOB_MANAGER)).filter(
        ({ metadata }) => metadata.deletionTimestamp === undefined,
      );
      return pod?.status.containerStatuses?.[0]?.lastState?.terminated?.message;
    });
    expect(said).toContain(`${JOB}: the job failed: java.lang.IllegalStateException: Failed to rollback`);
    expect(said).toMatch(
      /the state in \/flink-state\/numbers\/2\/checkpoints\/\S+ does not fit the changed script: set savepointPolicy to 'drop-unmatched' or 'fresh'/,
    );
    await cluster.apply(numbersManifest(namespace, CHANGED));
    await cluster.untilReady(240);
    await untilRuns();
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
    const others = [...results.copies].filter(([n, times]) => times !== 1 || n < 0 || n >= sent);
    expect(others).toEqual([]);
    expect(results.copies.size).toBe(sent);
    expect(new Map([...results.sums].sort(([a], [b]) => a - b))).toEqual(expected);
    print(`jobs: ${sent} numbers, each once, through two kills and three changes of the script`);
  });
});
