import { KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSProtocolError } from 'kafkajs';

import { rootCause } from '../../../producer/publish/errors';
import { LimitReached } from '../../../producer/publish/limit';
import { lastFailure } from '../../../producer/publish/retry-log';

test("Kafka's name of an error comes out of kafkajs's wrapping", () => {
  const inner = new KafkaJSProtocolError(
    Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE', code: 10 }),
  );
  const outer = Object.assign(new KafkaJSNonRetriableError(inner), { cause: inner });
  expect(rootCause(outer)).toMatchObject({ type: 'MESSAGE_TOO_LARGE', name: 'KafkaJSProtocolError' });
});

test('of several errors, the first counts', () => {
  const several = Object.assign(new Error('some topics failed'), { errors: [new Error('no right')] });
  expect(rootCause(several).message).toBe('no right');
});

test('the last failure names a broker that is none of the given ones', () => {
  const limit = new LimitReached('time');
  limit.cause = new KafkaJSConnectionError('Connection error: ENOTFOUND', {
    broker: 'kafka-broker:9092',
    code: 'ENOTFOUND',
  });
  expect(lastFailure(limit, ['localhost:19092'])).toBe(
    'Connection error: ENOTFOUND, at kafka-broker:9092, which is how the broker tells its clients to reach it: ' +
      'connect to a listener whose advertised address can be reached from here',
  );
  expect(lastFailure(limit, ['kafka-broker:9092'])).toBe('Connection error: ENOTFOUND');
  expect(lastFailure(new LimitReached('time'), [])).toBe('no answer');
});
