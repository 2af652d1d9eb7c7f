/** The jobs of `jobs/` on the session cluster of the profile `dev`, as `kubectl apply` brings them. */
import { App } from 'cdk8s';
import { DevJobsChart } from '../../charts/index';
import { NAMES } from '../../constructs/common/names';
import { FLINK_PORTS } from '../../constructs/flink/ports';
import { JOBS } from '../../jobs';
import { expectSamplesCounted } from './support/counted-minutes';
import { isBack, kill } from './support/kills';
import { getJson } from './support/messages';
import { print } from './support/print';
import { sampleRows } from './support/rows';
import { Stack } from './support/stack';

interface FlinkJob {
  readonly jid: string;
  readonly name: string;
  readonly state: string;
  readonly tasks: { readonly total: number; readonly running: number };
}

describe('the jobs on dev', () => {
  const stack = new Stack('dev');
  const { cluster } = stack;
  const app = new App();
  new DevJobsChart(app, 'dev-jobs', {
    namespace: cluster.namespace,
    imageRegistry: process.env.IMAGE_REGISTRY,
  });
  const manifest = app.synthYaml();

  beforeAll(async () => {
    await stack.up();
    await cluster.untilReady(240);
    await cluster.untilComplete(NAMES.strainProducer, 180);
  });
  afterAll(() => stack.down());

  const jobs = async () => {
    const overview = await cluster.forward(`svc/${NAMES.flinkJobManager}`, FLINK_PORTS.rest, ({ url }) =>
      getJson<{ jobs: FlinkJob[] }>(`${url}/jobs/overview`),
    );
    return overview.jobs.filter(({ name }) => JOBS.some((job) => name.startsWith(`${job.name}@`)));
  };

  /** All jobs, by name, once all of their tasks run. */
  const untilAllRun = () =>
    cluster.until('all jobs run', 180, async () => {
      const now = await jobs();
      const running = now.filter(({ state, tasks }) => state === 'RUNNING' && tasks.running === tasks.total);
      return now.length === JOBS.length && running.length === now.length && ids(now);
    });

  const uids = async () => (await cluster.pods()).map(({ metadata }) => metadata.uid).sort();

  const ids = (all: readonly FlinkJob[]) => all.map(({ name, jid }) => `${name} ${jid}`).sort();

  test('every job runs', async () => {
    await cluster.apply(manifest);
    for (const { name } of JOBS) await cluster.untilComplete(`flink-sql-${name}`, 240);
    await untilAllRun();
  });

  test('applied again: no second copy', async () => {
    const before = await untilAllRun();
    const pods = await uids();
    await cluster.apply(manifest);
    expect(await uids()).toEqual(pods);
    // Its Job deleted, as time does it, and applied once more: it finds what it submitted.
    const [first] = JOBS;
    await cluster.kubectl.text([
      'delete',
      'job',
      '-l',
      `app.kubernetes.io/instance=flink-sql-${first?.name}`,
    ]);
    await cluster.apply(manifest);
    await cluster.untilComplete(`flink-sql-${first?.name}`, 120);
    expect(await untilAllRun()).toEqual(before);
  });

  test('the JobManager is killed: the same jobs continue', async () => {
    const before = await untilAllRun();
    const pod = await cluster.pod(NAMES.flinkJobManager);
    await kill(cluster, pod, 'delete');
    await cluster.until('the JobManager is back', 120, async () =>
      isBack(pod, await cluster.pods(NAMES.flinkJobManager)),
    );
    expect(await untilAllRun()).toEqual(before);
  });

  test('every sample is counted once in its minute', async () => {
    const samples = await expectSamplesCounted(cluster, await sampleRows());
    print(`jobs on dev: ${samples} samples counted by the minute, each once`);
  });
});
