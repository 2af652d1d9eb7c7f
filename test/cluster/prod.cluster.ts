/**
 * The profile `prod` and its jobs, with the state of Flink in an object store and requests that fit a machine
 * of tests. `rolling` restarts its brokers under load.
 */
import { FLINK_PORTS } from '../../constructs/flink/ports';
import { NAMES } from '../../constructs/common/names';
import { JOBS } from '../../jobs';
import { isConfigured } from './proofs/is-configured';
import { Cluster } from './support/cluster';
import { expectSamplesCounted } from './support/counted-minutes';
import { getJson } from './support/messages';
import { removeLeftovers, testNamespace } from './support/namespace';
import { ObjectStore } from './support/object-store';
import { print } from './support/print';
import { BOTTLES, synthesizeProd } from './support/prod';
import { sampleRows } from './support/rows';

const SAMPLE = ['--session', 'Hour', '--stations', 'B009,B010'];

describe('prod', () => {
  const cluster = new Cluster(testNamespace('prod'));
  const store = new ObjectStore('prod');
  const manifests = synthesizeProd({
    namespace: cluster.namespace,
    sample: SAMPLE,
    flinkStorage: store.storage,
  });

  beforeAll(async () => {
    await removeLeftovers('prod');
    await store.up();
    await cluster.apply(manifests.kafka);
    await cluster.untilReady(300);
    await cluster.apply(`${manifests.stack}---\n${store.secret(cluster.namespace)}`);
    await cluster.untilReady(300);
    await cluster.untilComplete(NAMES.kafkaTopics, 120);
    await cluster.untilComplete(BOTTLES, 120);
  });
  afterAll(async () => {
    await cluster.remove();
    await store.down();
  });

  describe('is configured', () => isConfigured(cluster, manifests.chart));

  test('its jobs run, each with its own Flink and its state in the bucket', async () => {
    await cluster.apply(manifests.jobs);
    await cluster.untilComplete('jobs-topics', 300);
    for (const { name } of JOBS) {
      await cluster.until(`${name} runs`, 300, () =>
        cluster.forward(`svc/flink-sql-${name}-jobmanager`, FLINK_PORTS.rest, async ({ url }) => {
          const { jobs } = await getJson<{ jobs: { state: string; tasks: Record<string, number> }[] }>(
            `${url}/jobs/overview`,
          );
          return (
            jobs.length === 1 && jobs[0]?.state === 'RUNNING' && jobs[0].tasks.running === jobs[0].tasks.total
          );
        }),
      );
      expect(await store.list(`jobs/${name}`)).toContainEqual(expect.stringMatching(/^generation/));
    }
  });

  test('every published sample is counted once in its minute', async () => {
    await cluster.apply(manifests.producer);
    await cluster.untilComplete(NAMES.strainProducer, 240);
    const samples = await expectSamplesCounted(cluster, await sampleRows(...SAMPLE));
    print(`prod: ${samples} samples counted by the minute, each once`);
  });
});
