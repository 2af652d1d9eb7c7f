/**
 * The publisher: record batches over kafkajs's connections, idempotent, acks=all, several requests in flight.
 */
import { UserError } from '../../contract/user-error';
import type { Logger } from '../log';
import { codecOf, type Compression } from '../records/compression';
import type { EncodedBatch } from '../records/encoder';
import type { ProducerId } from '../records/record-batch';
import { connectFailure, type Destination, sendFailure } from './failures';
import { Brokers } from './kafkajs-inner';
import { retryWithin, withLimit } from './limit';
import { Outage } from './outage';
import { partitionOf } from './partition';
import { PartitionSender, type SenderOptions } from './partition-sender';
import type { Publisher } from './publisher';
import { reportRetries } from './retry-log';
import { ensureTopics } from './topic';

/** How long to wait for connections to end; what is not acknowledged by then is lost either way. */
const CLOSE_TIMEOUT = 5_000;

/** Where and how to publish. */
export interface PublisherOptions extends Destination {
  /** Throws an Error when this version of Node does not have it. */
  readonly compression: Compression;
  readonly log: Logger;
  /** Ends the wait at the start. @default - waits to the limit */
  readonly stop?: AbortSignal;
  /** Gives up what is in flight. @default - tries up to the delivery timeout */
  readonly giveUp?: AbortSignal;
}

/**
 * Connects to Kafka and finds or creates the topic, waiting for it up to the limit. Throws a UserError when
 * that fails.
 */
export async function connectPublisher(options: PublisherOptions): Promise<Publisher> {
  const { bootstrapServers, deliveryTimeout, log, compression } = options;
  const where = `Kafka at ${bootstrapServers.join(',')}`;
  const codec = codecOf(compression);
  return connected(options, async (brokers) => {
    const { producer, partitions } = await open(brokers, options);
    const outage = new Outage(log, where, deliveryTimeout);
    return new BatchPublisher(producer, partitions, { ...options, brokers, codec, outage });
  });
}

/**
 * Makes something of a connection to Kafka, waiting up to the limit for Kafka to be ready. Throws a UserError
 * when that fails.
 */
export async function connected<T>(
  options: Omit<PublisherOptions, 'compression'>,
  make: (brokers: Brokers) => Promise<T>,
): Promise<T> {
  const { bootstrapServers, wait, log, stop } = options;
  const brokers = new Brokers(bootstrapServers, log);
  try {
    return await retryWithin(() => make(brokers), {
      milliseconds: wait * 1000,
      signal: stop,
      canRetry: (error) => !(error instanceof UserError) && sendFailure(error) !== 'refused',
      onFailure: reportRetries(log, `Kafka at ${bootstrapServers.join(',')}`, wait),
    });
  } catch (error) {
    await closeWithin(brokers);
    throw connectFailure(error, options);
  }
}

async function open(
  brokers: Brokers,
  { topic, bootstrapServers }: Destination,
): Promise<{ producer: ProducerId; partitions: number }> {
  await brokers.connect();
  const [partitions = 0] = await ensureTopics(brokers.kafka, [{ topic }], bootstrapServers);
  await brokers.loadTopics(topic);
  return { producer: await brokers.newProducerId(), partitions };
}

/** Closes the connections, within a limit. */
export async function closeWithin(brokers: Brokers): Promise<void> {
  await withLimit(brokers.close(), { milliseconds: CLOSE_TIMEOUT }).catch(() => undefined);
}

class BatchPublisher implements Publisher {
  private readonly senders = new Map<number, PartitionSender>();

  /**
   * @param partitions of the topic. The number stays for the run, so that a topic that grows does not reorder
   *   a key.
   */
  constructor(
    private readonly producer: ProducerId,
    private readonly partitions: number,
    private readonly options: SenderOptions,
  ) {}

  publish(batch: EncodedBatch): Promise<void> {
    const partition = partitionOf(batch.key, this.partitions);
    let sender = this.senders.get(partition);
    if (!sender) {
      sender = new PartitionSender(partition, this.producer, this.options);
      this.senders.set(partition, sender);
    }
    return sender.send(batch);
  }

  close(): Promise<void> {
    return closeWithin(this.options.brokers);
  }
}
