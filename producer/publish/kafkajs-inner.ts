/**
 * The only file that uses kafkajs's inner modules. kafkajs finds brokers, leaders and coordinators, connects
 * and authenticates; rows and what is read back go over its connections in our own requests. kafkajs is
 * pinned to one version, because inner modules may change with any other.
 */
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import Cluster, { type Broker, type Connection } from 'kafkajs/src/cluster';
import { createLogger } from 'kafkajs/src/loggers';
import createSocketFactory from 'kafkajs/src/network/socketFactory';
import { createErrorFromCode } from 'kafkajs/src/protocol/error';

import { UserError } from '../../contract/user-error';
import type { Logger } from '../log';
import type { ProducerId } from '../records/record-batch';
import { kafkaLog } from './kafka-log';
import { FETCH, fetchBody, type Fetched, type FetchTarget, readFetchResponse } from './fetch-request';
import { METADATA, metadataBody, readTopicId } from './metadata-request';
import { PRODUCE, readProduceResponse } from './produce-request';
import { type Api, requestHeader } from './request-header';

const CLIENT_ID = 'strain-producer';
const CONNECTION_TIMEOUT = 5_000;
/**
 * How long one request may go without an answer before it is sent again on a new connection, milliseconds.
 */
export const REQUEST_TIMEOUT = 30_000;
/** kafkajs's own attempts within one of ours. */
const CLIENT_RETRIES = { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 };
/** How long kafkajs takes metadata for current. They are refreshed when a request fails. */
const METADATA_MAX_AGE = 300_000;
/** Part of every request for a producer id; without transactions, it has no meaning. */
const NO_TRANSACTION_TIMEOUT = 60_000;
/** kafkajs's number for coordinators of transactions. */
const TRANSACTION_COORDINATOR = 1;
/** Replica id of clients, and the timestamps that ask for the start and the end of a partition. */
const CLIENT = -1;
const EARLIEST = -2;
const LATEST = -1;
const READ_UNCOMMITTED = 0;

/** A connection to the leader of a partition. */
export interface Leader {
  /**
   * Whether requests can be sent: false after the connection broke, and when it has to authenticate again.
   */
  readonly isReady: boolean;
  /**
   * Sends a Produce request, whose body is given in pieces, and resolves when the leader has stored its rows.
   * Calls are sent in their order. Rejects with Kafka's or the network's error.
   */
  produce(body: readonly Buffer[]): Promise<void>;
  /** Offset of the first record that the partition still has. */
  startOffset(): Promise<bigint>;
  /** Offset after the last record of the partition, those of open and aborted transactions included. */
  endOffset(): Promise<bigint>;
  /** Record batches from an offset on, as they are stored: open and aborted transactions are not left out. */
  fetch(offset: bigint): Promise<Fetched>;
  /** The same up to the first open transaction, with the aborted transactions named. */
  fetchCommitted(offset: bigint): Promise<Fetched>;
  /** The id of the topic, as this broker knows it: see `Brokers.topicId`. */
  topicId(): Promise<string>;
  /** Closes the connection. Resolves when no request waits for an answer. */
  close(): Promise<void>;
}

/** Partitions of a topic. */
export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** A connection to the broker that coordinates the transactions of one transactional id (KIP-98). */
export interface Coordinator {
  /**
   * The producer id of the transactional id, with a new epoch: producers with an earlier one are fenced, and
   * their open transaction is aborted.
   *
   * @param timeout after which the broker aborts an open transaction, milliseconds
   */
  initProducerId(timeout: number): Promise<ProducerId>;
  /** Adds partitions to the transaction, which begins with the first. */
  addPartitions(producer: ProducerId, topics: readonly TopicPartitions[]): Promise<void>;
  /** Commits or aborts the transaction. */
  end(producer: ProducerId, commit: boolean): Promise<void>;
}

/** The brokers of a cluster. */
export class Brokers {
  /** For what kafkajs does with its public interface, such as creating topics. */
  readonly kafka: Kafka;
  private readonly cluster: Cluster;
  /** Settles when no leader is looked up: kafkajs opens connections twice if asked twice at the same time. */
  private lookup: Promise<unknown> = Promise.resolve();

  constructor(bootstrapServers: readonly string[], log: Logger) {
    const connectSocket = createSocketFactory();
    const options = {
      clientId: CLIENT_ID,
      brokers: [...bootstrapServers],
      connectionTimeout: CONNECTION_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      retry: CLIENT_RETRIES,
      // Without a delay, the end of a request does not wait until the broker has acknowledged its beginning.
      socketFactory: (args) => connectSocket(args).setNoDelay(true),
    } satisfies KafkaConfig;
    const logCreator = kafkaLog(log);
    this.kafka = new Kafka({ ...options, logCreator });
    this.cluster = new Cluster({
      ...options,
      logger: createLogger({ level: logLevel.INFO, logCreator }),
      metadataMaxAge: METADATA_MAX_AGE,
      allowAutoTopicCreation: false,
    });
  }

  /** Connects to one of the brokers. */
  connect(): Promise<void> {
    return this.cluster.connect();
  }

  /** Loads the metadata of topics, which must exist. */
  loadTopics(...topics: readonly string[]): Promise<void> {
    return this.cluster.addMultipleTargetTopics(topics);
  }

  /** The id of a topic (KIP-516), which changes when the topic is deleted and created again. */
  async topicId(topic: string): Promise<string> {
    const broker = await this.cluster.findControllerBroker();
    return topicIdFrom(await broker.connectionPool.getConnection(), topic);
  }

  /** A new producer id, as KIP-98 defines it for an idempotent producer. */
  async newProducerId(): Promise<ProducerId> {
    const broker = await this.cluster.findControllerBroker();
    const { producerId, producerEpoch } = await broker.initProducerId({
      transactionTimeout: NO_TRANSACTION_TIMEOUT,
    });
    return { id: BigInt(producerId), epoch: producerEpoch };
  }

  /** Looks up the current leader of a partition and connects to it. Rejects when there is none. */
  leaderOf(topic: string, partition: number): Promise<Leader> {
    return this.lookUp(() => this.findLeader(topic, partition));
  }

  /** Looks up the broker that coordinates the transactions of a transactional id, and connects to it. */
  coordinatorOf(transactionalId: string): Promise<Coordinator> {
    return this.lookUp(() => this.findCoordinator(transactionalId));
  }

  /** Closes all connections. */
  close(): Promise<void> {
    return this.cluster.disconnect();
  }

  private lookUp<T>(find: () => Promise<T>): Promise<T> {
    const found = this.lookup.then(find);
    this.lookup = found.catch(() => undefined);
    return found;
  }

  private async findLeader(topic: string, partition: number): Promise<Leader> {
    await this.cluster.refreshMetadata();
    const [nodeId] = Object.keys(this.cluster.findLeaderForPartitions(topic, [partition]));
    if (nodeId === undefined || nodeId === '-1') {
      throw new Error(`no broker leads partition ${partition} of ${topic}`);
    }
    const broker = await this.cluster.findBroker({ nodeId });
    const connection = await broker.connectionPool.getConnection();
    rejectOldBroker(broker, connection);
    return {
      get isReady() {
        return broker.isConnected() && connection.isConnected();
      },
      produce: (body) => produce(connection, body),
      startOffset: () => offsetAt(EARLIEST, broker, topic, partition),
      endOffset: () => offsetAt(LATEST, broker, topic, partition),
      fetch: (offset) => fetchFrom(connection, { topic, partition, offset }),
      fetchCommitted: (offset) => fetchFrom(connection, { topic, partition, offset, committed: true }),
      topicId: () => topicIdFrom(connection, topic),
      close: () => broker.disconnect(),
    };
  }

  private async findCoordinator(transactionalId: string): Promise<Coordinator> {
    const broker = await this.cluster.findGroupCoordinator({
      groupId: transactionalId,
      coordinatorType: TRANSACTION_COORDINATOR,
    });
    const of = ({ id, epoch }: ProducerId) => ({
      transactionalId,
      producerId: String(id),
      producerEpoch: epoch,
    });
    return {
      initProducerId: async (transactionTimeout) => {
        const { producerId, producerEpoch } = await broker.initProducerId({
          transactionalId,
          transactionTimeout,
        });
        return { id: BigInt(producerId), epoch: producerEpoch };
      },
      addPartitions: async (producer, topics) => {
        await broker.addPartitionsToTxn({ ...of(producer), topics });
      },
      end: async (producer, commit) => {
        await broker.endTxn({ ...of(producer), transactionResult: commit });
      },
    };
  }
}

async function topicIdFrom(connection: Connection, topic: string): Promise<string> {
  return readTopicId(await request(connection, METADATA, [metadataBody(topic)]), topic);
}

async function offsetAt(
  timestamp: number,
  broker: Broker,
  topic: string,
  partition: number,
): Promise<bigint> {
  const { responses } = await broker.listOffsets({
    replicaId: CLIENT,
    isolationLevel: READ_UNCOMMITTED,
    topics: [{ topic, partitions: [{ partition, timestamp }] }],
  });
  const { offset } = responses[0]!.partitions[0]!;
  return BigInt(offset);
}

function rejectOldBroker({ versions }: Broker, { broker }: Connection): void {
  const { minVersion = -1, maxVersion = -1 } = versions[PRODUCE.key] ?? {};
  if (minVersion <= PRODUCE.version && PRODUCE.version <= maxVersion) return;
  throw new UserError(
    'KAFKA_REFUSED',
    `the broker ${broker} takes Produce requests of the versions ${minVersion} to ${maxVersion}, not ${PRODUCE.version}`,
    { fix: 'use Kafka 2.1 or later' },
  );
}

async function fetchFrom(connection: Connection, target: FetchTarget): Promise<Fetched> {
  return readFetchResponse(await request(connection, FETCH, [fetchBody(target)]), createErrorFromCode);
}

/** Rejects with an error as kafkajs makes it, so that all failures look the same. */
async function produce(connection: Connection, body: readonly Buffer[]): Promise<void> {
  const { errorCode, throttleTime } = readProduceResponse(await request(connection, PRODUCE, body));
  connection.requestQueue.maybeThrottle(throttleTime);
  if (errorCode !== 0) throw createErrorFromCode(errorCode);
}

/** Sends a request, whose body is given in pieces. Resolves with the response after its correlation id. */
async function request(connection: Connection, api: Api, body: readonly Buffer[]): Promise<Buffer> {
  // A request on a closed connection would never be answered, and kafkajs would not notice.
  if (!connection.isConnected()) throw new Error(`the connection to ${connection.broker} is closed`);
  const { socket, requestQueue } = connection;
  const correlationId = connection.nextCorrelationId();
  const pieces = [requestHeader(api, { correlationId, clientId: connection.clientId, body }), ...body];
  const { payload } = await new Promise<{ readonly payload: Buffer }>((resolve, reject) => {
    requestQueue.push({
      entry: {
        apiKey: api.key,
        apiName: api.name,
        apiVersion: api.version,
        correlationId,
        resolve,
        reject,
      },
      expectResponse: true,
      requestTimeout: null,
      sendRequest: () => {
        socket.cork();
        for (const piece of pieces) socket.write(piece);
        socket.uncork();
      },
    });
  });
  return payload;
}
