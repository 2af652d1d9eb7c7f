/**
 * The publisher on kafkajs: idempotent, acks=all, one request in flight.
 *
 * kafkajs 2.2.4 takes a failed request's sequence numbers back and gives them to whatever is sent next. Where another batch
 * could be sent before the failed one is repeated, a broker that had stored the failed one (its answer was lost) would take
 * the other for a repetition and drop it. So nothing is sent until the batch before is acknowledged, and what is repeated is
 * the same batch with the same sequence numbers: the broker recognizes it, and no row is lost, doubled or out of order.
 * A request carries one partition, because kafkajs counts brokers that answered, not partitions.
 */
import { Kafka, type Message, type Producer } from 'kafkajs';

import type { Logger } from '../log';
import { compressionType, type Compression } from './compression';
import type { EncodedBatch } from './encoder';
import { PublishError, rootCause, type RootCause } from './errors';
import { kafkaLog } from './kafka-log';
import { LimitReached, retryWithin, withLimit } from './limit';
import { partitionOf } from './partition';
import type { Publisher } from './publisher';
import { lastFailure, reportRetries } from './retry-log';
import { ensureTopic } from './topic';

/** How long one request may go without an answer before it is repeated on a new connection, milliseconds. */
const REQUEST_TIMEOUT = 30_000;
const CONNECTION_TIMEOUT = 5_000;
/** How long to wait for connections to end; what is not acknowledged by then is lost either way. */
const CLOSE_TIMEOUT = 5_000;
/** kafkajs's own attempts within one of ours; they follow a partition to its new leader. */
const CLIENT_RETRIES = { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 };

/** Errors after which the broker holds nothing of the batch and never will. */
const REFUSED = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'UNSUPPORTED_VERSION',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'INVALID_REPLICATION_FACTOR',
  'POLICY_VIOLATION',
]);
/** The broker does not take a batch of this size; a smaller one may pass. */
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
/** The broker no longer knows how far this producer id had come: it takes rows under a new one. */
const SEQUENCE_LOST = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
]);

/** Where and how to publish. */
export interface KafkajsOptions {
  /** Addresses host:port to find the cluster by. */
  readonly bootstrapServers: readonly string[];
  readonly topic: string;
  readonly compression: Compression;
  /** How long to wait for Kafka at the start, seconds. */
  readonly wait: number;
  /** How long a batch may go without an acknowledgement, whatever is tried, seconds. */
  readonly deliveryTimeout: number;
  readonly log: Logger;
  /** Ends the wait at the start. @default - waits to the limit */
  readonly stop?: AbortSignal;
  /** Gives up what is in flight. @default - tries up to the delivery timeout */
  readonly giveUp?: AbortSignal;
}

/** Connects to Kafka and finds or creates the topic, waiting for it up to the limit. Throws a PublishError. */
export async function connectKafkajs(options: KafkajsOptions): Promise<Publisher> {
  const { bootstrapServers, topic, wait, log, stop } = options;
  const address = bootstrapServers.join(',');
  const kafka = new Kafka({
    clientId: 'strain-producer',
    brokers: [...bootstrapServers],
    connectionTimeout: CONNECTION_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    retry: CLIENT_RETRIES,
    logCreator: kafkaLog(log),
  });
  const publisher = new KafkajsPublisher(kafka, options);
  try {
    await retryWithin(() => publisher.connect(), {
      milliseconds: wait * 1000,
      signal: stop,
      canRetry: (error) => !(error instanceof PublishError) && !REFUSED.has(rootCause(error).type ?? ''),
      onFailure: reportRetries(log, `Kafka at ${address}`, wait),
    });
    return publisher;
  } catch (error) {
    await publisher.close();
    if (error instanceof PublishError) throw error;
    if (error instanceof LimitReached && error.reason === 'signal') {
      throw new PublishError('STOPPED', `stopped while waiting for Kafka at ${address}`, { cause: error });
    }
    if (!(error instanceof LimitReached)) {
      const { message } = rootCause(error);
      throw new PublishError('KAFKA_REFUSED', `Kafka at ${address} refuses the topic ${topic}: ${message}`, {
        cause: error,
      });
    }
    throw new PublishError(
      'KAFKA_UNREACHABLE',
      `Kafka at ${address} could not be used within ${wait} s (${lastFailure(error, bootstrapServers)}): ` +
        'start it (npm start), or give its address by --bootstrap-servers or BOOTSTRAP_SERVERS',
      { cause: error },
    );
  }
}

class KafkajsPublisher implements Publisher {
  private producer: Producer;
  private connected = false;
  /** Partitions of the topic. The number stays for the run, so that a topic that grows does not reorder a key. */
  private partitions = 0;
  /** Settles when all that was given so far is acknowledged, and rejects for good when one was not. */
  private tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly kafka: Kafka,
    private readonly options: KafkajsOptions,
  ) {
    this.producer = this.newProducer();
  }

  async connect(): Promise<void> {
    await this.reconnect();
    this.partitions = await ensureTopic(this.kafka, this.options.topic, this.options.bootstrapServers);
  }

  publish(batch: EncodedBatch): Promise<void> {
    const partition = partitionOf(batch.key, this.partitions);
    const messages = batch.values.map((value) => ({ key: batch.key, value, partition }));
    this.tail = this.tail.then(() => this.deliver(messages, partition));
    this.tail.catch(() => undefined); // the caller learns it from the promise it got
    return this.tail;
  }

  async close(): Promise<void> {
    await withLimit(this.producer.disconnect(), { milliseconds: CLOSE_TIMEOUT }).catch(() => undefined);
  }

  /** Sends a batch until it is acknowledged; one that is too large in halves. */
  private async deliver(messages: Message[], partition: number): Promise<void> {
    const { deliveryTimeout, giveUp, log, topic, bootstrapServers } = this.options;
    const where = `Kafka at ${bootstrapServers.join(',')}`;
    let failures = 0;
    const report = reportRetries(log, `${where} to acknowledge rows`, deliveryTimeout);
    try {
      await retryWithin(() => this.send(messages, partition), {
        milliseconds: deliveryTimeout * 1000,
        signal: giveUp,
        canRetry: (error) => !isRefusal(rootCause(error)),
        onFailure: (error, elapsed) => {
          failures += 1;
          report(error, elapsed);
        },
      });
    } catch (error) {
      const cause = rootCause(error);
      if (TOO_LARGE.has(cause.type ?? '') && messages.length > 1) {
        const half = messages.length >> 1;
        await this.deliver(messages.slice(0, half), partition);
        await this.deliver(messages.slice(half), partition);
        return;
      }
      if (error instanceof LimitReached) {
        const limit =
          error.reason === 'time' ? `within ${deliveryTimeout} s` : 'before the producer had to end';
        throw new PublishError(
          'NOT_ACKNOWLEDGED',
          `${where} did not acknowledge rows ${limit} (${lastFailure(error, bootstrapServers)}): ` +
            'see whether its brokers are up, then run the same command again',
          { cause: error },
        );
      }
      throw new PublishError(
        'KAFKA_REFUSED',
        `${where} refuses rows for ${topic}: ${refusal(cause, messages)}`,
        {
          cause: error,
        },
      );
    }
    if (failures > 0) log.info(`${where} acknowledges rows again`);
  }

  /** One attempt. Resolves when the partition's leader has acknowledged the batch. */
  private async send(messages: Message[], partition: number): Promise<void> {
    if (!this.connected) await this.reconnect();
    const { topic, compression, log } = this.options;
    try {
      const answers = await this.producer.send({
        topic,
        messages,
        acks: -1,
        timeout: REQUEST_TIMEOUT,
        compression: compressionType(compression),
      });
      // kafkajs sends nothing, and says so by an empty answer, where its metadata lacks the partition.
      if (!answers.some((answer) => answer.partition === partition && answer.errorCode === 0)) {
        throw new Error(`no broker leads partition ${partition} of ${topic}`);
      }
    } catch (error) {
      const { type, name } = rootCause(error);
      if (type === 'DUPLICATE_SEQUENCE_NUMBER') return; // stored by an attempt whose answer was lost
      if (type !== undefined && SEQUENCE_LOST.has(type)) {
        log.warn(
          `Kafka has lost track of this producer (${type}): it goes on under a new id; rows of one batch may be there twice`,
        );
        await this.close();
        this.producer = this.newProducer();
        this.connected = false;
      }
      // Nothing says that the other end of a silent connection is still there.
      if (name === 'KafkaJSRequestTimeoutError') this.connected = false;
      throw error;
    }
  }

  /** Connects anew; the producer id and the sequence numbers stay. */
  private async reconnect(): Promise<void> {
    await this.producer.disconnect();
    await this.producer.connect();
    this.connected = true;
  }

  private newProducer(): Producer {
    return this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0, // each message has its partition by then
    });
  }
}

function isRefusal({ type }: RootCause): boolean {
  return type !== undefined && (REFUSED.has(type) || TOO_LARGE.has(type));
}

function refusal(cause: RootCause, messages: readonly Message[]): string {
  if (!TOO_LARGE.has(cause.type ?? '')) return cause.message;
  const bytes = messages[0]?.value?.length ?? 0;
  return `one row of ${bytes} bytes is larger than it takes (${cause.message}): raise max.message.bytes of the topic`;
}
