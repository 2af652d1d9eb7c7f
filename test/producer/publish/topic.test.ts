import { KafkaJSProtocolError, type Admin, type Kafka } from 'kafkajs';

import { ensureTopics } from '../../../producer/publish/topic';

/** Stands for a cluster that has no topic, and answers the wish for one with an error of the given name. */
function fakeKafkaThatRefuses(type: string): Kafka {
  const admin: Partial<Admin> = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    listTopics: () => Promise.resolve([]),
    createTopics: () => Promise.reject(new KafkaJSProtocolError({ type, message: type } as unknown as Error)),
  };
  return { admin: () => admin } as Kafka;
}

test.each([
  // Seen where a topics Job makes the same topic at that moment, and the broker asked has not heard of it.
  'UNKNOWN_TOPIC_OR_PARTITION',
  // Seen where one of three brokers is up and topics have three replicas by default.
  'INVALID_REPLICATION_FACTOR',
  'LEADER_NOT_AVAILABLE',
])('%s while a cluster comes up can be retried', async (type) => {
  await expect(
    ensureTopics(fakeKafkaThatRefuses(type), [{ topic: 'gtsm_etl' }], ['kafka:9092']),
  ).rejects.toMatchObject({
    name: 'KafkaJSProtocolError',
  });
});

test('a refusal says how to create the topic', async () => {
  await expect(
    ensureTopics(fakeKafkaThatRefuses('TOPIC_AUTHORIZATION_FAILED'), [{ topic: 'gtsm_etl' }], ['kafka:9092']),
  ).rejects.toMatchObject({
    code: 'KAFKA_REFUSED',
    fix: expect.stringContaining(
      'kafka-topics.sh --bootstrap-server kafka:9092 --create --topic gtsm_etl',
    ) as string,
  });
});
