/** What the errors of the Kafka client mean for a batch of rows and for the user. */
import { UserError } from '../../contract/user-error';
import type { ProducerId } from '../records/record-batch';
import { isLimit } from './limit';
import { rootCause } from './root-cause';
import { TransactionLost } from './transaction-lost';

/** Kafka's errors after which the broker has not stored the batch and never will. */
const REFUSED = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
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
/** The broker does not accept a batch of this size; a smaller one may pass. */
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
/** The broker no longer knows the sequence numbers of this producer id; it accepts rows under a new id. */
const SEQUENCE_LOST = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
]);

/** The transaction has ended: the broker aborted it, or another producer has the transactional id. */
const TRANSACTION_OVER = new Set([
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
]);

/**
 * What a failed request means:
 * `stored`: the broker has stored the batch already, but its response was lost;
 * `too large`: the batch can be sent in halves;
 * `refused`: sending it again cannot succeed;
 * `sequence lost`: it can be sent again under a new producer id;
 * `transaction over`: it can be sent again in another transaction;
 * `no answer`: it can be sent again on a new connection;
 * `retriable`: it can be sent again.
 */
export type SendFailure =
  'stored' | 'too large' | 'refused' | 'sequence lost' | 'transaction over' | 'no answer' | 'retriable';

/** What an error of a Produce request or of connecting means, for a producer with or without transactions. */
export function sendFailure(error: unknown, producer?: ProducerId): SendFailure {
  if (error instanceof UserError && !isLimit(error)) return 'refused';
  const { type = '', name } = rootCause(error);
  if (type === 'DUPLICATE_SEQUENCE_NUMBER') return 'stored';
  if (TOO_LARGE.has(type)) return 'too large';
  if (REFUSED.has(type)) return 'refused';
  if (producer?.transactionalId !== undefined && TRANSACTION_OVER.has(type)) return 'transaction over';
  if (SEQUENCE_LOST.has(type)) return 'sequence lost';
  // A silent connection may be dead at the other end.
  return name === 'KafkaJSRequestTimeoutError' ? 'no answer' : 'retriable';
}

/** Where rows go, and for how long the producer tries. */
export interface Destination {
  /** Addresses of brokers, host:port. */
  readonly bootstrapServers: readonly string[];
  readonly topic: string;
  /** Seconds to wait for Kafka at the start. */
  readonly wait: number;
  /** Seconds that a batch may remain unacknowledged. */
  readonly deliveryTimeout: number;
}

/** The error for the user when no connection was made. */
export function connectFailure(error: unknown, destination: Destination): UserError {
  const { bootstrapServers, topic, wait } = destination;
  const where = `Kafka at ${bootstrapServers.join(',')}`;
  if (error instanceof UserError && !isLimit(error)) return error;
  if (!isLimit(error)) {
    return new UserError(
      'KAFKA_REFUSED',
      `${where} refuses the topic ${topic}: ${rootCause(error).message}`,
      {
        cause: error,
      },
    );
  }
  if (error.code === 'STOPPED') {
    return new UserError('STOPPED', `stopped while waiting for ${where}`, { cause: error });
  }
  return new UserError(
    'KAFKA_UNREACHABLE',
    `${where} could not be used within ${wait} s (${lastFailure(error, bootstrapServers)})`,
    {
      fix: 'start it (npm start), or give its address by --bootstrap-servers or BOOTSTRAP_SERVERS',
      cause: error,
    },
  );
}

/**
 * The error for the caller when a batch was not acknowledged. `rowBytes` is the size of its first row.
 */
export function deliveryFailure(
  error: unknown,
  destination: Destination,
  rowBytes: number,
): UserError | TransactionLost {
  const { bootstrapServers, topic, deliveryTimeout } = destination;
  const where = `Kafka at ${bootstrapServers.join(',')}`;
  if (error instanceof TransactionLost || (error instanceof UserError && !isLimit(error))) return error;
  if (isLimit(error)) {
    const limit =
      error.code === 'TIMED_OUT' ? `within ${deliveryTimeout} s` : 'before the producer had to stop';
    return new UserError(
      'NOT_ACKNOWLEDGED',
      `${where} did not acknowledge rows ${limit} (${lastFailure(error, bootstrapServers)})`,
      { fix: 'check that its brokers are up, then run the same command again', cause: error },
    );
  }
  const { message } = rootCause(error);
  return sendFailure(error) === 'too large'
    ? new UserError(
        'KAFKA_REFUSED',
        `${where} refuses rows for ${topic}: one row of ${rowBytes} bytes is too large (${message})`,
        { fix: 'raise max.message.bytes of the topic', cause: error },
      )
    : new UserError('KAFKA_REFUSED', `${where} refuses rows for ${topic}: ${message}`, { cause: error });
}

/**
 * What the last attempt failed with. Names the broker when it is not one of the bootstrap servers: then its
 * advertised listener is wrong for this client.
 */
export function lastFailure(limit: UserError, bootstrapServers: readonly string[]): string {
  if (limit.cause === undefined) return 'no answer';
  const { message, broker } = rootCause(limit.cause);
  if (broker === undefined || bootstrapServers.includes(broker)) return message;
  return `${message}, at ${broker}, the address that the broker advertises: use a listener whose advertised address can be reached from here`;
}
