/** The progress of a topic, for commands that do not publish. */
import type { Logger } from '../log';
import { closeWithin, connected } from '../publish/batch-publisher';
import type { Destination } from '../publish/failures';
import { Outage } from '../publish/outage';
import { partitionOf } from '../publish/partition';
import { Acknowledgements } from '../publish/pipeline';
import type { Brokers } from '../publish/kafkajs-inner';
import { partitionsOf } from '../publish/topic';
import { codecOf } from '../records/compression';
import { keyText, type Progress } from './progress';
import { ProgressLog } from './progress-log';
import { ProgressReader } from './progress-reader';
import { progressTopicOf } from './progress-schema';
import { Stations } from './stations';

/** How to reach the progress of a topic. */
export interface ProgressOptions extends Destination {
  readonly log: Logger;
  /** Ends the wait at the start. @default - waits to the limit */
  readonly stop?: AbortSignal;
}

/** The topic of the progress, read to its end. */
interface Found<Reader extends ProgressReader> {
  readonly brokers: Brokers;
  readonly reader: Reader;
  readonly partitions: number;
}

/**
 * The progress of all archives; none when its topic does not exist. Throws a UserError when Kafka does not
 * answer within the wait.
 */
export async function readProgress(options: ProgressOptions): Promise<Progress[]> {
  const latest = new Map<string, Progress>();
  const { brokers } = await find(options, (...topic) => {
    latest.clear();
    return new ProgressReader(...topic, (key, progress) => {
      if (progress) latest.set(keyText(key), progress);
      else latest.delete(keyText(key));
    });
  });
  await closeWithin(brokers);
  return [...latest.values()].sort((a, b) => (a.site < b.site ? -1 : Number(a.site > b.site)));
}

/**
 * Deletes progress. The stations are taken first, so that no producer goes on from what is deleted: it ends.
 * Throws a UserError when Kafka does not answer within the limits.
 */
export async function forget(options: ProgressOptions, progress: readonly Progress[]): Promise<void> {
  const { bootstrapServers, topic, deliveryTimeout, log } = options;
  const { brokers, reader, partitions } = await find(options, (...topic) => new ProgressLog(...topic));
  try {
    const where = `Kafka at ${bootstrapServers.join(',')}`;
    const outage = new Outage(log, where, deliveryTimeout);
    const rows = { ...options, brokers, codec: codecOf('none'), outage };
    const stations = new Stations({
      log: reader,
      writers: {
        ...options,
        brokers,
        where,
        transactionTimeout: TRANSACTION_TIMEOUT,
        rows,
        progress: { ...rows, topic: progressTopicOf(topic) },
      },
      progressIds: { key: reader.keySchemaId ?? 0, value: 0 },
      partitionsOf: (site) => ({ rows: 0, progress: partitionOf(Buffer.from(site), partitions) }),
      committed: new Acknowledgements(),
    });
    for (const site of new Set(progress.map((one) => one.site))) {
      const station = await stations.get(site);
      station.forget(progress.filter((one) => one.site === site));
      await (
        await station.commit()
      ).done;
    }
  } finally {
    await closeWithin(brokers);
  }
}

/** Seconds; a transaction that only deletes progress takes milliseconds. */
const TRANSACTION_TIMEOUT = 60;

async function find<Reader extends ProgressReader>(
  options: ProgressOptions,
  read: (brokers: Brokers, topic: string, partitions: number) => Reader,
): Promise<Found<Reader>> {
  const progressTopic = progressTopicOf(options.topic);
  return connected({ ...options, topic: progressTopic }, async (brokers) => {
    await brokers.connect();
    const partitions = await partitionsOf(brokers.kafka, progressTopic);
    const reader = read(brokers, progressTopic, partitions);
    if (partitions > 0) {
      await brokers.loadTopics(options.topic, progressTopic);
      await reader.catchUp();
    }
    return { brokers, reader, partitions };
  });
}
