/** The inner modules of kafkajs 2.2.4 that kafkajs-inner.ts uses, as far as it uses them. */

declare module 'kafkajs/src/protocol/error' {
  /** The error that kafkajs makes of an error code in a broker's response. */
  export function createErrorFromCode(
    code: number,
  ): Error & { readonly type: string; readonly retriable: boolean };
}

declare module 'kafkajs/src/loggers' {
  import type { logCreator, logLevel } from 'kafkajs';

  export interface RootLogger {
    namespace(name: string): unknown;
  }
  export function createLogger(options: {
    readonly level: logLevel;
    readonly logCreator: logCreator;
  }): RootLogger;
}

declare module 'kafkajs/src/network/socketFactory' {
  import type { ISocketFactory } from 'kafkajs';

  const createSocketFactory: () => ISocketFactory;
  export default createSocketFactory;
}

declare module 'kafkajs/src/cluster' {
  import type { Socket } from 'node:net';

  import type { ISocketFactory, RetryOptions } from 'kafkajs';
  import type { RootLogger } from 'kafkajs/src/loggers';

  /** What a socket delivers for a request. */
  export interface Answer {
    /** The response after its correlation id. */
    readonly payload: Buffer;
  }

  export interface Connection {
    readonly socket: Socket;
    readonly clientId: string;
    readonly broker: string;
    readonly requestQueue: {
      /** Sends the request now, or after a broker's quota allows it. */
      push(request: {
        readonly entry: {
          readonly apiKey: number;
          readonly apiName: string;
          readonly apiVersion: number;
          readonly correlationId: number;
          readonly resolve: (answer: Answer) => void;
          readonly reject: (error: Error) => void;
        };
        readonly expectResponse: boolean;
        /** Milliseconds, or null for that of the cluster. */
        readonly requestTimeout: number | null;
        readonly sendRequest: () => void;
      }): void;
      /** Sends nothing for so many milliseconds (KIP-219). */
      maybeThrottle(milliseconds: number): void;
    };
    isConnected(): boolean;
    nextCorrelationId(): number;
  }

  export interface Broker {
    /** Lowest and highest version of each API, by its key. */
    readonly versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>;
    readonly connectionPool: { getConnection(): Promise<Connection> };
    /** Whether it has a connection, authenticated where SASL is used. */
    isConnected(): boolean;
    disconnect(): Promise<void>;
    initProducerId(options: {
      readonly transactionalId?: string;
      readonly transactionTimeout: number;
    }): Promise<{ readonly producerId: string; readonly producerEpoch: number }>;
    addPartitionsToTxn(
      request: TransactionalProducer & {
        readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
      },
    ): Promise<unknown>;
    endTxn(request: TransactionalProducer & { readonly transactionResult: boolean }): Promise<unknown>;
    listOffsets(request: {
      readonly replicaId: number;
      readonly isolationLevel: number;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[];
      }[];
    }): Promise<{
      readonly responses: readonly { readonly partitions: readonly { readonly offset: string }[] }[];
    }>;
  }

  interface TransactionalProducer {
    readonly transactionalId: string;
    readonly producerId: string;
    readonly producerEpoch: number;
  }

  class Cluster {
    constructor(options: {
      readonly logger: RootLogger;
      readonly socketFactory: ISocketFactory;
      readonly brokers: readonly string[];
      readonly clientId: string;
      readonly connectionTimeout: number;
      readonly requestTimeout: number;
      readonly metadataMaxAge: number;
      readonly allowAutoTopicCreation: boolean;
      readonly retry: RetryOptions;
    });
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
    refreshMetadata(): Promise<void>;
    findControllerBroker(): Promise<Broker>;
    /** Connected. */
    findGroupCoordinator(options: {
      readonly groupId: string;
      readonly coordinatorType: number;
    }): Promise<Broker>;
    /** Connected. */
    findBroker(options: { readonly nodeId: string }): Promise<Broker>;
    /** Partitions by the node id of their leader; -1 where there is none. */
    findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, number[]>>;
  }
  export default Cluster;
}
