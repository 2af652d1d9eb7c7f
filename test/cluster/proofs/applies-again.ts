/** The same manifest again changes nothing; a changed prop rolls what depends on it and nothing else. */
import type { LaptopProps, Profile } from '../../../charts/index';
import { NAMES } from '../../../constructs/common/names';
import { FLINK_PORTS } from '../../../constructs/flink/ports';
import { FlinkSessionCluster, FlinkSqlJob } from '../../../constructs/index';
import { findConstruct } from '../support/find-construct';
import { getJson } from '../support/messages';
import { instanceOf, type Pod } from '../support/objects';
import type { Stack } from '../support/stack';

/** A prop, and the workload that depends on it. */
export interface ChangedProp {
  readonly props: LaptopProps;
  readonly rolls: string;
}

interface FlinkJob {
  readonly jid: string;
  readonly name: string;
  readonly state: string;
}

/** The same manifest again. */
export function appliesAgain(stack: Stack): void {
  test('applied again, nothing restarts, and no Job runs a second time', async () => {
    const before = await footprint(stack);
    await stack.cluster.apply(stack.manifest);
    expect(await settled(stack)).toEqual(before);
  });
}

/**
 * A SQL job is submitted once, however often it is applied. Leaves the job running until the end of the
 * block.
 */
export function submitsOnce(stack: Stack): void {
  const { cluster } = stack;
  const { manifest } = stack.variant({}, addSqlJob);

  test('a SQL job that is applied again is not submitted a second time', async () => {
    await cluster.apply(manifest);
    await cluster.untilComplete(SQL_JOB, 120);
    const [job, ...others] = await runningJobs(stack);
    expect(others).toEqual([]);
    expect(job?.name).toMatch(/^rows-by-site@[0-9a-f]+$/);

    const before = await footprint(stack);
    await cluster.apply(manifest);
    expect(await settled(stack)).toEqual(before);
    // Its Job is deleted, as its time to live does, and applied once more: it finds what it submitted.
    await cluster.kubectl.text(['delete', 'job', '-l', `app.kubernetes.io/instance=${SQL_JOB}`]);
    await cluster.apply(manifest);
    await cluster.untilComplete(SQL_JOB, 120);
    expect(await runningJobs(stack)).toEqual([job]);
  });

  afterAll(async () => {
    const jobs = await runningJobs(stack);
    await jobManager(stack, (url) =>
      Promise.all(jobs.map(({ jid }) => fetch(`${url}/jobs/${jid}?mode=cancel`, { method: 'PATCH' }))),
    );
  });
}

/** A changed prop rolls one workload. Leaves the stack with the changed prop. */
export function rollsOnly(stack: Stack, { props, rolls }: ChangedProp): void {
  const { cluster } = stack;

  test(`${Object.keys(props).join()} changed, ${rolls} rolls and nothing else`, async () => {
    const before = await footprint(stack);
    const jobs = await runningJobs(stack);
    await cluster.apply(stack.variant(props).manifest);
    await cluster.untilReady(180);
    const after = await settled(stack);
    const changed = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);
    expect(changed).toEqual([rolls, `${rolls} itself`]);
    await cluster.until('the jobs of Flink running again', 120, async () => {
      const ids = (await runningJobs(stack)).map(({ jid }) => jid);
      return jobs.every(({ jid }) => ids.includes(jid));
    });
  });
}

const SQL_JOB = 'flink-sql-rows-by-site';

function addSqlJob(chart: Profile): void {
  new FlinkSqlJob(chart, 'sql-job', {
    cluster: findConstruct(chart, FlinkSessionCluster),
    name: 'rows-by-site',
    script: `CREATE TABLE counts (site STRING, amount BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO counts SELECT key_site, COUNT(*) FROM gtsm_etl GROUP BY key_site;`,
  });
}

/**
 * What would show a restart or a second run: pods, Jobs, Deployments and StatefulSets by their ids, how often
 * they restarted or changed.
 */
async function footprint({ cluster }: Stack): Promise<Record<string, string>> {
  const entries = new Map<string, string[]>();
  for (const pod of await cluster.pods()) {
    entries.set(instanceOf(pod), [
      ...(entries.get(instanceOf(pod)) ?? []),
      `${pod.metadata.uid} ${restarts(pod)}`,
    ]);
  }
  for (const { metadata } of [...(await cluster.jobs()), ...(await cluster.controllers())]) {
    entries.set(`${metadata.name} itself`, [`${metadata.uid} ${metadata.generation ?? 0}`]);
  }
  return Object.fromEntries([...entries].map(([name, ids]) => [name, ids.sort().join(', ')]));
}

/** The footprint once controllers have had time to act on what was applied. */
async function settled(stack: Stack): Promise<Record<string, string>> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  await stack.cluster.untilReady(180);
  return footprint(stack);
}

/** Controllers act within a second on a small cluster. */
const SETTLE_MS = 5000;

function restarts({ status }: Pod): number {
  return (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}

function jobManager<T>(stack: Stack, use: (url: string) => Promise<T>): Promise<T> {
  return stack.cluster.forward(`svc/${NAMES.flinkJobManager}`, FLINK_PORTS.rest, ({ url }) => use(url));
}

/** Jobs of Flink that have not ended, but for queries. */
async function runningJobs(stack: Stack): Promise<FlinkJob[]> {
  const { jobs } = await jobManager(stack, (url) => getJson<{ jobs: FlinkJob[] }>(`${url}/jobs/overview`));
  return jobs
    .filter(({ state }) => state === 'RUNNING')
    .map(({ jid, name, state }) => ({ jid, name, state }));
}
