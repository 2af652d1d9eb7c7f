/** The topic that the rows go to. */
import { type Admin, ConfigResourceTypes, type Kafka } from 'kafkajs';

import { UserError } from '../../contract/user-error';
import { rootCause } from './root-cause';

const COMPACT = 'compact';

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

/** A topic that must exist. */
export interface NeededTopic {
  readonly topic: string;
  /** Keep the latest record of each key, for ever. @default - the broker's cleanup policy */
  readonly isCompacted?: boolean;
}

/**
 * Returns the numbers of partitions of topics. A missing topic is created with the broker's default
 * partitions and replicas. Throws a UserError `KAFKA_REFUSED`, which says what to do, when that is not
 * allowed, or when a topic that must be compacted is not. Other errors can be retried.
 */
export async function ensureTopics(
  kafka: Kafka,
  needed: readonly NeededTopic[],
  address: readonly string[],
): Promise<number[]> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const there = await admin.listTopics();
    for (const one of needed) {
      if (!there.includes(one.topic)) await create(admin, one, address);
      else if (one.isCompacted) await checkCompacted(admin, one.topic, address);
    }
    const metadata = await admin.fetchTopicMetadata({ topics: needed.map(({ topic }) => topic) });
    return needed.map(({ topic }) => {
      const partitions = metadata.topics.find(({ name }) => name === topic)?.partitions.length;
      if (!partitions) throw new Error(`the topic ${topic} has no partitions yet`);
      return partitions;
    });
  } finally {
    await admin.disconnect();
  }
}

/** Number of partitions of a topic; 0 when there is no such topic. */
export async function partitionsOf(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    if (!(await admin.listTopics()).includes(topic)) return 0;
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.length ?? 0;
  } finally {
    await admin.disconnect();
  }
}

/** Otherwise the broker would delete progress after some days, and archives would be published again. */
async function checkCompacted(admin: Admin, topic: string, address: readonly string[]): Promise<void> {
  const name = 'cleanup.policy';
  const answer = await admin
    .describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: [name] }],
    })
    .catch((error: unknown) => {
      // Who may write the topic may not always ask for its settings.
      if (rootCause(error).type?.endsWith('AUTHORIZATION_FAILED')) return undefined;
      throw error;
    });
  const policy = answer?.resources[0]?.configEntries.find(
    ({ configName }) => configName === name,
  )?.configValue;
  if (policy === undefined || policy === COMPACT) return;
  throw new UserError(
    'KAFKA_REFUSED',
    `the topic ${topic}, which keeps what is published, has ${name}=${policy}, expected ${COMPACT}`,
    {
      fix: `kafka-configs.sh --bootstrap-server ${address.join(',')} --alter --topic ${topic} --add-config ${name}=${COMPACT}`,
    },
  );
}

async function create(
  admin: Admin,
  { topic, isCompacted }: NeededTopic,
  address: readonly string[],
): Promise<void> {
  try {
    const configEntries = isCompacted ? [{ name: 'cleanup.policy', value: COMPACT }] : undefined;
    // For missing partitions and replicas, kafkajs sends -1, which means the broker's defaults.
    await admin.createTopics({ topics: [{ topic, configEntries }] });
  } catch (error) {
    const { message, type } = rootCause(error);
    if (type === undefined || PASSING.has(type)) throw error;
    const servers = address.join(',');
    throw new UserError(
      'KAFKA_REFUSED',
      `the topic ${topic} does not exist at ${servers}, or is not visible, and could not be created (${message})`,
      {
        fix: `create it (kafka-topics.sh --bootstrap-server ${servers} --create --topic ${topic}${isCompacted ? ` --config cleanup.policy=${COMPACT}` : ''}), or ask for permission to do so`,
        cause: error,
      },
    );
  }
}
