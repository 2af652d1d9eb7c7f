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
import type { Progress } from './progress';
import { ProgressLog } from './progress-log';
import { progressTopicOf } from './progress-schema';
import { Stations } from './stations';

/** How to reach the progress of a topic. */
export interface ProgressOptions extends Destination {
  readonly log: Logger;
  /** Ends the wait at the start. @default - waits to the limit */
  readonly stop?: AbortSignal;
}

/** The topic of the progress, read to its end. */
interface Found {
  readonly brokers: Brokers;
  readonly progressLog: ProgressLog;
  readonly partitions: number;
}

/**
 * The progress of all archives; none when its topic does not exist. Throws a UserError when Kafka does not
 * answer within the wait.
 */
export async function readProgress(options: ProgressOptions): Promise<Progress[]> {
  const { brokers, progressLog } = await find(options);
  await closeWithin(brokers);
  return progressLog.sites.flatMap((site) => progressLog.ofStation(site));
}

/**
 * Deletes progress. The stations are taken first, so that no producer goes on from what is deleted: it ends.
 * Throws a UserError when Kafka does not answer within the limits.
 */
export async function forget(options: ProgressOptions, progress: readonly Progress[]): Promise<void> {
  const { bootstrapServers, topic, deliveryTimeout, log } = options;
  const { brokers, progressLog, partitions } = await find(options);
  try {
    const where = `Kafka at ${bootstrapServers.join(',')}`;
    const outage = new Outage(log, where, deliveryTimeout);
    const rows = { ...options, brokers, codec: codecOf('none'), outage };
    const stations = new Stations({
      log: progressLog,
      writers: {
        ...options,
        brokers,
        where,
        transactionTimeout: TRANSACTION_TIMEOUT,
        rows,
        progress: { ...rows, topic: progressTopicOf(topic) },
      },
      progressIds: { key: progressLog.keySchemaId ?? 0, value: 0 },
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

async function find(options: ProgressOptions): Promise<Found> {
  const progressTopic = progressTopicOf(options.topic);
  return connected({ ...options, topic: progressTopic }, async (brokers) => {
    await brokers.connect();
    const partitions = await partitionsOf(brokers.kafka, progressTopic);
    const progressLog = new ProgressLog(brokers, progressTopic, partitions);
    if (partitions > 0) {
      await brokers.loadTopics(options.topic, progressTopic);
      await progressLog.catchUp();
    }
    return { brokers, progressLog, partitions };
  });
}
