import {
  KafkaJSConnectionError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSRequestTimeoutError,
} from 'kafkajs';
// The table from which errors of brokers' responses are made.
import { createErrorFromCode } from 'kafkajs/src/protocol/error';

import { UserError } from '../../../contract/user-error';
import {
  connectFailure,
  deliveryFailure,
  lastFailure,
  sendFailure,
  type SendFailure,
} from '../../../producer/publish/failures';

/** The error that kafkajs makes of a broker's error code, wrapped as its retries wrap it. */
function brokerError(code: number): Error {
  const inner = createErrorFromCode(code);
  const wrap = inner.retriable ? KafkaJSNumberOfRetriesExceeded : KafkaJSNonRetriableError;
  return Object.assign(new wrap(inner, { retryCount: 3, retryTime: 100 }), { cause: inner });
}

const DESTINATION = {
  bootstrapServers: ['localhost:19092'],
  topic: 'gtsm_etl',
  wait: 60,
  deliveryTimeout: 120,
};

const connectionError = new KafkaJSConnectionError('Connection error: ENOTFOUND', {
  broker: 'kafka-broker:9092',
  code: 'ENOTFOUND',
});
const timedOut = (cause?: Error) => new UserError('TIMED_OUT', 'the time limit was reached', { cause });

describe('what an error code of the broker means for a batch', () => {
  test.each<[string, number, SendFailure]>([
    ['DUPLICATE_SEQUENCE_NUMBER', 46, 'stored'],
    ['MESSAGE_TOO_LARGE', 10, 'too large'],
    ['RECORD_LIST_TOO_LARGE', 18, 'too large'],
    ['TOPIC_AUTHORIZATION_FAILED', 29, 'refused'],
    ['CLUSTER_AUTHORIZATION_FAILED', 31, 'refused'],
    ['INVALID_TOPIC_EXCEPTION', 17, 'refused'],
    ['UNSUPPORTED_COMPRESSION_TYPE', 76, 'refused'],
    ['INVALID_RECORD', 87, 'refused'],
    ['POLICY_VIOLATION', 44, 'refused'],
    ['OUT_OF_ORDER_SEQUENCE_NUMBER', 45, 'sequence lost'],
    ['UNKNOWN_PRODUCER_ID', 59, 'sequence lost'],
    ['INVALID_PRODUCER_EPOCH', 47, 'sequence lost'],
    ['INVALID_PRODUCER_ID_MAPPING', 49, 'sequence lost'],
    ['NOT_LEADER_FOR_PARTITION', 6, 'retriable'],
    ['NOT_ENOUGH_REPLICAS', 19, 'retriable'],
    ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', 20, 'retriable'],
    ['REQUEST_TIMED_OUT', 7, 'retriable'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 3, 'retriable'],
  ])('%s: %i is %s', (name, code, failure) => {
    const error = brokerError(code);
    expect((error.cause as { type?: string }).type).toBe(name);
    expect(sendFailure(error)).toBe(failure);
  });

  test('a request without a response needs a new connection', () => {
    const error = new KafkaJSRequestTimeoutError('Request Produce timed out', {
      broker: 'localhost:19092',
      clientId: 'strain-producer',
      correlationId: 7,
      createdAt: 0,
      sentAt: 0,
      pendingDuration: 30_000,
    });
    expect(sendFailure(new KafkaJSNumberOfRetriesExceeded(error, { retryCount: 3, retryTime: 1 }))).toBe(
      'no answer',
    );
  });

  test('a broken connection is retriable', () => {
    expect(sendFailure(connectionError)).toBe('retriable');
  });
});

describe('the error for the user at the start', () => {
  test('Kafka did not answer within the wait: the last failure, and how to give the address', () => {
    expect(connectFailure(timedOut(connectionError), DESTINATION)).toMatchObject({
      code: 'KAFKA_UNREACHABLE',
      message: expect.stringMatching(
        /^Kafka at localhost:19092 could not be used within 60 s \(Connection error: ENOTFOUND/,
      ) as string,
      fix: expect.stringContaining('--bootstrap-servers') as string,
    });
  });

  test('a signal came first', () => {
    const stopped = new UserError('STOPPED', 'stopped by a signal');
    expect(connectFailure(stopped, DESTINATION)).toMatchObject({
      code: 'STOPPED',
      message: 'stopped while waiting for Kafka at localhost:19092',
    });
  });

  test('Kafka refuses the topic', () => {
    expect(connectFailure(brokerError(29), DESTINATION)).toMatchObject({
      code: 'KAFKA_REFUSED',
      message: expect.stringMatching(
        /^Kafka at localhost:19092 refuses the topic gtsm_etl: .*authorized/i,
      ) as string,
    });
  });

  test('an error that already tells the user what to do stays as it is', () => {
    const error = new UserError('KAFKA_REFUSED', 'the topic does not exist', { fix: 'create it' });
    expect(connectFailure(error, DESTINATION)).toBe(error);
  });
});

describe('the error for the user when rows are not acknowledged', () => {
  test.each([
    ['TIMED_OUT', 'within 120 s'],
    ['STOPPED', 'before the producer had to stop'],
  ] as const)('%s: %s', (code, limit) => {
    const error = deliveryFailure(
      new UserError(code, 'limit', { cause: new Error('no leader') }),
      DESTINATION,
      100,
    );
    expect(error).toMatchObject({
      code: 'NOT_ACKNOWLEDGED',
      message: `Kafka at localhost:19092 did not acknowledge rows ${limit} (no leader)`,
    });
  });

  test('a row that is too large by itself: its size, and the setting to raise', () => {
    expect(deliveryFailure(brokerError(10), DESTINATION, 70_000)).toMatchObject({
      code: 'KAFKA_REFUSED',
      message: expect.stringContaining('one row of 70000 bytes is too large') as string,
      fix: 'raise max.message.bytes of the topic',
    });
  });

  test('rows that Kafka refuses', () => {
    expect(deliveryFailure(brokerError(87), DESTINATION, 100)).toMatchObject({
      code: 'KAFKA_REFUSED',
      message: expect.stringMatching(/^Kafka at localhost:19092 refuses rows for gtsm_etl: /) as string,
    });
  });
});

test('the last failure names a broker that is not one of the bootstrap servers', () => {
  expect(lastFailure(timedOut(connectionError), ['localhost:19092'])).toBe(
    'Connection error: ENOTFOUND, at kafka-broker:9092, the address that the broker advertises: ' +
      'use a listener whose advertised address can be reached from here',
  );
  expect(lastFailure(timedOut(connectionError), ['kafka-broker:9092'])).toBe('Connection error: ENOTFOUND');
  expect(lastFailure(timedOut(), [])).toBe('no answer');
});
