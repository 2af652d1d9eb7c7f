/**
 * The only file that uses kafkajs's inner modules. kafkajs finds brokers and leaders, connects and
 * authenticates; what goes over its connections are our own requests. kafkajs is pinned to one version,
 * because inner modules may change with any other.
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
import { PRODUCE_KEY, PRODUCE_VERSION, readProduceResponse, requestHeader } from './produce-request';

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
/** Of transactions, which are not used here; the field is part of the request for a producer id. */
const TRANSACTION_TIMEOUT = 60_000;

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
  /** Closes the connection. Resolves when no request waits for an answer. */
  close(): Promise<void>;
}

/** The brokers of a cluster, for one topic. */
export class Brokers {
  /** For what kafkajs does with its public interface, such as creating topics. */
  readonly kafka: Kafka;
  private readonly cluster: Cluster;
  /** Settles when no leader is looked up: kafkajs opens connections twice if asked twice at the same time. */
  private lookup: Promise<unknown> = Promise.resolve();

  constructor(
    bootstrapServers: readonly string[],
    private readonly topic: string,
    log: Logger,
  ) {
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

  /** Loads the metadata of the topic, which must exist. */
  loadTopic(): Promise<void> {
    return this.cluster.addTargetTopic(this.topic);
  }

  /** A new producer id, as KIP-98 defines it for an idempotent producer. */
  async newProducerId(): Promise<ProducerId> {
    const broker = await this.cluster.findControllerBroker();
    const { producerId, producerEpoch } = await broker.initProducerId({
      transactionTimeout: TRANSACTION_TIMEOUT,
    });
    return { id: BigInt(producerId), epoch: producerEpoch };
  }

  /** Looks up the current leader of a partition and connects to it. Rejects when there is none. */
  leaderOf(partition: number): Promise<Leader> {
    const leader = this.lookup.then(() => this.findLeader(partition));
    this.lookup = leader.catch(() => undefined);
    return leader;
  }

  /** Closes all connections. */
  close(): Promise<void> {
    return this.cluster.disconnect();
  }

  private async findLeader(partition: number): Promise<Leader> {
    await this.cluster.refreshMetadata();
    const [nodeId] = Object.keys(this.cluster.findLeaderForPartitions(this.topic, [partition]));
    if (nodeId === undefined || nodeId === '-1') {
      throw new Error(`no broker leads partition ${partition} of ${this.topic}`);
    }
    const broker = await this.cluster.findBroker({ nodeId });
    const connection = await broker.connectionPool.getConnection();
    rejectOldBroker(broker, connection);
    return {
      get isReady() {
        return broker.isConnected() && connection.isConnected();
      },
      produce: (body) => produce(connection, body),
      close: () => broker.disconnect(),
    };
  }
}

function rejectOldBroker({ versions }: Broker, { broker }: Connection): void {
  const { minVersion = -1, maxVersion = -1 } = versions[PRODUCE_KEY] ?? {};
  if (minVersion <= PRODUCE_VERSION && PRODUCE_VERSION <= maxVersion) return;
  throw new UserError(
    'KAFKA_REFUSED',
    `the broker ${broker} takes Produce requests of the versions ${minVersion} to ${maxVersion}, not ${PRODUCE_VERSION}`,
    { fix: 'use Kafka 2.1 or later' },
  );
}

/** Rejects with an error as kafkajs makes it, so that all failures look the same. */
async function produce(connection: Connection, body: readonly Buffer[]): Promise<void> {
  // A request on a closed connection would never be answered, and kafkajs would not notice.
  if (!connection.isConnected()) throw new Error(`the connection to ${connection.broker} is closed`);
  const { socket, requestQueue } = connection;
  const correlationId = connection.nextCorrelationId();
  const request = [requestHeader(correlationId, connection.clientId, body), ...body];
  const { payload } = await new Promise<{ readonly payload: Buffer }>((resolve, reject) => {
    requestQueue.push({
      entry: {
        apiKey: PRODUCE_KEY,
        apiName: 'Produce',
        apiVersion: PRODUCE_VERSION,
        correlationId,
        resolve,
        reject,
      },
      expectResponse: true,
      requestTimeout: null,
      sendRequest: () => {
        socket.cork();
        for (const piece of request) socket.write(piece);
        socket.uncork();
      },
    });
  });
  const { errorCode, throttleTime } = readProduceResponse(payload);
  requestQueue.maybeThrottle(throttleTime);
  if (errorCode !== 0) throw createErrorFromCode(errorCode);
}
