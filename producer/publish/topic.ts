/** The topic that the rows go to. */
import type { Admin, Kafka } from 'kafkajs';

import { UserError } from '../../contract/user-error';
import { rootCause } from './root-cause';

/**
 * Errors when creating a topic that pass by themselves. While a cluster starts, a broker may not know the new
 * topic yet, and there may be fewer brokers than replicas of the topic.
 */
const PASSING = new Set([
  'NOT_CONTROLLER',
  'REQUEST_TIMED_OUT',
  'LEADER_NOT_AVAILABLE',
  'BROKER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'INVALID_REPLICATION_FACTOR',
]);

/**
 * Returns the number of partitions of the topic. A missing topic is created with the broker's default
 * partitions and replicas. If that is not allowed, a UserError `KAFKA_REFUSED` says how to create it. Other
 * errors can be retried.
 */
export async function ensureTopic(kafka: Kafka, topic: string, address: readonly string[]): Promise<number> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const topics = await admin.listTopics();
    if (!topics.includes(topic)) await create(admin, topic, address);
    const metadata = await admin.fetchTopicMetadata({ topics: [topic] });
    const partitions = metadata.topics.find(({ name }) => name === topic)?.partitions.length;
    if (!partitions) throw new Error(`the topic ${topic} has no partitions yet`);
    return partitions;
  } finally {
    await admin.disconnect();
  }
}

async function create(admin: Admin, topic: string, address: readonly string[]): Promise<void> {
  try {
    // For missing partitions and replicas, kafkajs sends -1, which means the broker's defaults.
    await admin.createTopics({ topics: [{ topic }] });
  } catch (error) {
    const { message, type } = rootCause(error);
    if (type === undefined || PASSING.has(type)) throw error;
    const servers = address.join(',');
    throw new UserError(
      'KAFKA_REFUSED',
      `the topic ${topic} does not exist at ${servers}, or is not visible, and could not be created (${message})`,
      {
        fix: `create it (kafka-topics.sh --bootstrap-server ${servers} --create --topic ${topic}), or ask for permission to do so`,
        cause: error,
      },
    );
  }
}
