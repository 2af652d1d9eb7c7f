import { KafkaJSNonRetriableError, KafkaJSProtocolError } from 'kafkajs';

import { rootCause } from '../../../producer/publish/root-cause';

test("finds Kafka's name of an error inside the errors of kafkajs", () => {
  const inner = new KafkaJSProtocolError(
    Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE', code: 10 }),
  );
  const outer = Object.assign(new KafkaJSNonRetriableError(inner), { cause: inner });
  expect(rootCause(outer)).toMatchObject({ type: 'MESSAGE_TOO_LARGE', name: 'KafkaJSProtocolError' });
});

test('takes the first of several errors', () => {
  const several = Object.assign(new Error('some topics failed'), { errors: [new Error('no permission')] });
  expect(rootCause(several).message).toBe('no permission');
});
