/**
 * The publisher on kafkajs: idempotent, acks=all, one request in flight.
 *
 * kafkajs 2.2.4 takes a failed request's sequence numbers back and gives them to whatever is sent next. Where
 * another batch could be sent before the failed one is repeated, a broker that had stored the failed one (its
 * answer was lost) would take the other for a repetition and drop it. So nothing is sent until the batch
 * before is acknowledged, and what is repeated is the same batch with the same sequence numbers: the broker
 * recognizes it, and no row is lost, doubled or out of order. A request carries one partition, because
 * kafkajs counts brokers that answered, not partitions.
 */
import { Kafka, type Message, type Producer } from 'kafkajs';

import { UserError } from '../../contract/user-error';
import type { Logger } from '../log';
import { compressionType, type Compression } from './compression';
import type { EncodedBatch } from './encoder';
import { connectFailure, deliveryFailure, type Destination, sendFailure } from './failures';
import { kafkaLog } from './kafka-log';
import { retryWithin, withLimit } from './limit';
import { partitionOf } from './partition';
import type { Publisher } from './publisher';
import { reportRetries } from './retry-log';
import { rootCause } from './root-cause';
import { ensureTopic } from './topic';

/** How long one request may go without an answer before it is repeated on a new connection, milliseconds. */
const REQUEST_TIMEOUT = 30_000;
const CONNECTION_TIMEOUT = 5_000;
/** How long to wait for connections to end; what is not acknowledged by then is lost either way. */
const CLOSE_TIMEOUT = 5_000;
/** kafkajs's own attempts within one of ours; they follow a partition to its new leader. */
const CLIENT_RETRIES = { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 };

/** Where and how to publish. */
export interface KafkajsOptions extends Destination {
  readonly compression: Compression;
  readonly log: Logger;
  /** Ends the wait at the start. @default - waits to the limit */
  readonly stop?: AbortSignal;
  /** Gives up what is in flight. @default - tries up to the delivery timeout */
  readonly giveUp?: AbortSignal;
}

/**
 * Connects to Kafka and finds or creates the topic, waiting for it up to the limit. Throws a PublishError.
 */
export async function connectKafkajs(options: KafkajsOptions): Promise<Publisher> {
  const { bootstrapServers, wait, log, stop } = options;
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
      canRetry: (error) => !(error instanceof UserError) && sendFailure(error) !== 'refused',
      onFailure: reportRetries(log, `Kafka at ${address}`, wait),
    });
    return publisher;
  } catch (error) {
    await publisher.close();
    throw connectFailure(error, options);
  }
}

class KafkajsPublisher implements Publisher {
  private producer: Producer;
  private connected = false;
  /**
   * Partitions of the topic. The number stays for the run, so that a topic that grows does not reorder a key.
   */
  private partitions = 0;
  /** Settles when all that was given so far is acknowledged, and stays rejected when one was not. */
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
    const { deliveryTimeout, giveUp, log, bootstrapServers } = this.options;
    const where = `Kafka at ${bootstrapServers.join(',')}`;
    let failures = 0;
    const report = reportRetries(log, `${where} to acknowledge rows`, deliveryTimeout);
    try {
      await retryWithin(() => this.send(messages, partition), {
        milliseconds: deliveryTimeout * 1000,
        signal: giveUp,
        canRetry: (error) => !['refused', 'too large'].includes(sendFailure(error)),
        onFailure: (error, elapsed) => {
          failures += 1;
          report(error, elapsed);
        },
      });
    } catch (error) {
      if (sendFailure(error) === 'too large' && messages.length > 1) {
        const half = messages.length >> 1;
        await this.deliver(messages.slice(0, half), partition);
        await this.deliver(messages.slice(half), partition);
        return;
      }
      throw deliveryFailure(error, this.options, messages[0]?.value?.length ?? 0);
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
      const failure = sendFailure(error);
      if (failure === 'stored') return;
      if (failure === 'sequence lost') {
        log.warn(
          `Kafka no longer knows this producer's sequence numbers (${rootCause(error).type}): continuing under a new producer id; ` +
            'the rows of one batch may be in the topic twice',
        );
        await this.close();
        this.producer = this.newProducer();
      }
      if (failure === 'sequence lost' || failure === 'no answer') this.connected = false;
      throw error;
    }
  }

  /** Reconnects. The producer id and the sequence numbers stay. */
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
