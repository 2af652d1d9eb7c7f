/** SIGTERM reaches every process: each pod ends by itself, within its grace period. */
import type { LaptopProps, Profile } from '../../../charts/index';
import { AvroSchemas, Kafka, KafkaTopics, SchemaRegistry, StrainProducer } from '../../../constructs/index';
import { TOPIC } from '../../../contract';
import { EndWatch, type End } from '../support/ends';
import { findConstruct } from '../support/find-construct';
import { instanceOf } from '../support/objects';
import type { Stack } from '../support/stack';

/** A process that SIGTERM ends may report success, or that it was terminated. */
const EXIT_CODES = [0, 143];

/**
 * Flink ends itself with this one when it is not done 5 s after the signal, for which it has no option: a
 * busy machine can take longer.
 */
const FLINK_IN_HASTE = 239;

/** Jobs, which have ended by now: these wait for a Kafka that is nowhere. */
const WAITING_JOBS = ['waiting-producer', 'waiting-topics'] as const;

/**
 * Deletes all pods at once, as the deletion of the whole stack does.
 * @param props that the stack has now
 */
export function endsByItself(stack: Stack, props: LaptopProps): void {
  const { cluster } = stack;

  test('every pod ends by itself, and not by SIGKILL', async () => {
    await cluster.untilReady(120);
    const watch = new EndWatch(cluster);
    watch.start();
    await cluster.apply(stack.variant(props, addWaitingJobs).manifest);
    // Not a moment later: a SIGTERM that comes while a program is still loaded is not to be lost.
    const pods = await cluster.until('the Jobs running', 30, async () => {
      const running = (await cluster.pods()).filter(({ status }) => status.phase === 'Running');
      return WAITING_JOBS.every((name) => running.some((pod) => instanceOf(pod) === name)) && running;
    });
    await cluster.kubectl.text(['delete', 'pods', '--all', '--wait=false']);
    const longest = Math.max(...pods.map(({ spec }) => spec.terminationGracePeriodSeconds));
    const ends = await cluster.until('the end of all pods', longest + 30, () => {
      const seen = watch.endsOf(pods);
      return Promise.resolve(seen.length === pods.length && seen);
    });
    await watch.stop();
    for (const { pod, exitCode, seconds, gracePeriod } of ends) {
      stack.print(`${pod} ended with ${exitCode} after ${seconds} of ${gracePeriod} s`);
    }
    expect(ends.filter((end) => !isOwnEnd(end))).toEqual([]);
    expect(ends.filter(({ seconds, gracePeriod }) => seconds >= gracePeriod)).toEqual([]);
  });
}

function isOwnEnd({ workload, exitCode }: End): boolean {
  return EXIT_CODES.includes(exitCode) || (workload.startsWith('flink-') && exitCode === FLINK_IN_HASTE);
}

function addWaitingJobs(chart: Profile): void {
  const kafka = Kafka.fromBootstrapServers('nowhere:9092');
  const [producer, topics] = WAITING_JOBS;
  new KafkaTopics(chart, topics, { kafka, name: topics, topics: [{ name: TOPIC }] });
  new StrainProducer(chart, producer, {
    name: producer,
    topic: { name: TOPIC, kafka },
    registry: SchemaRegistry.fromUrl('http://nowhere:8081'),
    schemas: findConstruct(chart, AvroSchemas),
  });
}
