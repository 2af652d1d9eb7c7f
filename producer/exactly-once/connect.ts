/** Connects to Kafka and the registry for publishing exactly once. */
import type { Logger } from '../log';
import { closeWithin, connected } from '../publish/batch-publisher';
import type { Destination } from '../publish/failures';
import type { Brokers } from '../publish/kafkajs-inner';
import { Outage } from '../publish/outage';
import { partitionOf } from '../publish/partition';
import type { SenderOptions } from '../publish/partition-sender';
import { Acknowledgements } from '../publish/pipeline';
import type { SchemaRegistry } from '../publish/registry';
import { encoderFor } from '../publish/run';
import { ensureTopics } from '../publish/topic';
import { codecOf, type Compression } from '../records/compression';
import type { RowEncoder, SchemaIds } from '../records/encoder';
import type { RowSchemas } from '../records/schemas';
import { ReadReport } from '../report';
import { Ingest, type IngestOptions } from './ingest';
import { PROGRESS_SCHEMAS } from './progress';
import { ProgressLog } from './progress-log';
import { progressTopicOf } from './progress-schema';
import type { StationPartitions, WriterOptions } from './station-writer';

/** Where and how to publish. */
export interface ConnectOptions {
  readonly destination: Destination;
  readonly registry: SchemaRegistry;
  readonly schemas: RowSchemas;
  /** Throws an Error when this version of Node does not have it. */
  readonly compression: Compression;
  /** Seconds after which the broker aborts a transaction. */
  readonly transactionTimeout: number;
  readonly log: Logger;
  /** Called for each request to Kafka that failed and is repeated. @default - nothing is called */
  readonly onRetry?: () => void;
  /** Ends the waits at the start. @default - waits to the limit */
  readonly stop?: AbortSignal;
  /** Gives up what is in flight. @default - tries up to the delivery timeout */
  readonly giveUp?: AbortSignal;
}

/** A connection, and what is needed to publish over it. */
export interface ExactlyOnce {
  readonly progressLog: ProgressLog;
  readonly progressIds: SchemaIds;
  readonly writers: WriterOptions;
  readonly topicId: string;
  readonly encoder: RowEncoder;
  partitionsOf(site: string): StationPartitions;
  /** Rows that were committed over this connection. */
  readonly committed: Acknowledgements;
  close(): Promise<void>;
}

/**
 * Connects, finds or creates both topics, and registers the schemas. Throws a UserError when that fails
 * within the wait.
 */
export async function connectExactlyOnce(options: ConnectOptions): Promise<ExactlyOnce> {
  const { destination, registry, schemas, compression, log } = options;
  const { topic } = destination;
  const progressTopic = progressTopicOf(topic);
  const codec = codecOf(compression);
  const kafka = await connected({ ...options, ...destination }, (brokers) => prepare(brokers, destination));
  try {
    await registry.waitUntilUp();
    const encoder = encoderFor(schemas, await registry.idsOf(topic, schemas), log);
    const progressIds = await registry.idsOf(progressTopic, PROGRESS_SCHEMAS);
    const { brokers, topicId, partitions } = kafka;
    const where = `Kafka at ${destination.bootstrapServers.join(',')}`;
    const outage = new Outage(log, where, destination.deliveryTimeout, options.onRetry);
    const rows: SenderOptions = { ...options, ...destination, brokers, codec, outage };
    return {
      progressLog: new ProgressLog(brokers, progressTopic, partitions.progress),
      progressIds,
      writers: {
        ...options,
        ...destination,
        brokers,
        where,
        topicId,
        rows,
        progress: { ...rows, topic: progressTopic, codec: codecOf('none') },
      },
      topicId,
      encoder,
      partitionsOf: (site) => ({
        rows: partitionOf(encoder.keyOf(site), partitions.rows),
        progress: partitionOf(Buffer.from(site), partitions.progress),
      }),
      committed: new Acknowledgements(),
      close: () => closeWithin(brokers),
    };
  } catch (error) {
    await closeWithin(kafka.brokers);
    throw error;
  }
}

/** Ingests over a connection. */
export function ingestOver(
  connection: ExactlyOnce,
  options: Omit<IngestOptions, keyof ExactlyOnce | 'report'> & { readonly report?: ReadReport },
): Ingest {
  return new Ingest({ ...connection, report: new ReadReport(), ...options });
}

async function prepare(brokers: Brokers, { topic, bootstrapServers }: Destination) {
  const progressTopic = progressTopicOf(topic);
  await brokers.connect();
  const [rows = 0, progress = 0] = await ensureTopics(
    brokers.kafka,
    [{ topic }, { topic: progressTopic, isCompacted: true }],
    bootstrapServers,
  );
  await brokers.loadTopics(topic, progressTopic);
  return { brokers, topicId: await brokers.topicId(topic), partitions: { rows, progress } };
}
