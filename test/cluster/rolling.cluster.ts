/**
 * Brokers and controllers of `prod` restart one by one while rows are published in transactions: each is
 * committed once.
 */
import { NAMES } from '../../constructs/common/names';
import { TOPIC } from '../../contract';
import { Cluster } from './support/cluster';
import { committedRows } from './support/committed-rows';
import { EndWatch } from './support/ends';
import { alterConfig } from './support/kafka-tool';
import { print } from './support/print';
import { BOTTLES, synthesizeProd } from './support/prod';
import { asTableRow, sampleRows, textOf } from './support/rows';
import { removeLeftovers, testNamespace } from './support/namespace';
import { fastProducers, slowProducers, SMALL_BATCH_BYTES } from './support/slow-producer';

const SAMPLE = ['--session', 'Min', '--stations', 'B009,B010,B011,B012'];

/** Bytes per second to each broker: so few that the producer takes longer than all brokers do to restart. */
const RATE = 20_000;

/** Brokers one after another: each ends, starts, catches up and settles. */
const ROLL_LIMIT = 300;

describe('a rolling restart of prod under a producer', () => {
  const cluster = new Cluster(testNamespace('rolling'));
  const manifests = synthesizeProd({
    namespace: cluster.namespace,
    sample: SAMPLE,
  });
  const watch = new EndWatch(cluster);

  beforeAll(async () => {
    await removeLeftovers('rolling');
    await cluster.apply(manifests.kafka);
    await cluster.untilReady(240);
    await cluster.untilComplete(NAMES.kafkaTopics, 60);
    await cluster.untilComplete(BOTTLES, 60);
    await slowProducers(cluster, RATE);
    await alterConfig(cluster, 'topics', TOPIC, '--add-config', `max.message.bytes=${SMALL_BATCH_BYTES}`);
    watch.start();
  });
  afterAll(async () => {
    await watch.stop();
    await cluster.remove();
  });

  test('every broker and every controller restarts while rows are committed', async () => {
    await cluster.apply(manifests.producer);
    await cluster.until('rows committed', 120, async () => (await committed()) > 0);
    const began = Date.now();
    await cluster.kubectl.text([
      'rollout',
      'restart',
      `statefulset/${NAMES.kafka}`,
      `statefulset/${NAMES.kafkaController}`,
    ]);
    await cluster.untilReady(ROLL_LIMIT);
    const seconds = (Date.now() - began) / 1000;
    print(`rolling: 3 brokers and 3 controllers restarted in ${seconds.toFixed(1)} s`);
    const [producer] = await cluster.pods(NAMES.strainProducer);
    print(`rolling: ${await committed()} rows were committed by then`);
    await fastProducers(cluster);
    // Else the last of them restarted without a producer.
    expect(producer?.status.phase).toBe('Running');
  });

  test('each of them ended by itself', () => {
    const { ends } = watch;
    expect(ends.map(({ pod }) => pod)).toEqual([
      ...[0, 1, 2].map((i) => `${NAMES.kafka}-${i}`),
      ...[0, 1, 2].map((i) => `${NAMES.kafkaController}-${i}`),
    ]);
    for (const end of ends) {
      print(`rolling: ${end.pod} ended with ${end.exitCode} after ${end.seconds} of ${end.gracePeriod} s`);
      expect([0, 143]).toContain(end.exitCode);
      expect(end.seconds).toBeLessThan(end.gracePeriod);
    }
  });

  test('no row is lost, and none appears twice', async () => {
    await cluster.untilComplete(NAMES.strainProducer, 240);
    const expected = new Set((await sampleRows(...SAMPLE)).map((row) => textOf(asTableRow(row))));
    const found = new Map<string, number>();
    for (const row of await committedRows(cluster, TOPIC)) {
      const text = textOf(row);
      found.set(text, (found.get(text) ?? 0) + 1);
    }
    const lost = [...expected].filter((row) => !found.has(row));
    const wrong = [...found].filter(([row, times]) => times > 1 || !expected.has(row));
    print(`rolling: ${expected.size} rows published, ${lost.length} lost, ${wrong.length} twice or unknown`);
    expect(expected.size).toBeGreaterThan(200_000);
    expect([lost.length, wrong.length]).toEqual([0, 0]);
  });

  /** Rows that the producer says are committed. */
  async function committed(): Promise<number> {
    const log = await cluster.logs(`job/${await jobName()}`);
    const counts = [...log.matchAll(/([\d,]+) committed/g)].map(([, count = '0']) =>
      Number(count.replaceAll(',', '')),
    );
    return counts.at(-1) ?? 0;
  }

  async function jobName(): Promise<string> {
    const job = (await cluster.jobs()).find(({ metadata }) => metadata.name.startsWith(NAMES.strainProducer));
    return job?.metadata.name ?? NAMES.strainProducer;
  }
});
