/** Creates the topics of a job as it declares them. */
import { type Admin, ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import type { JobTopic } from '../../jobs/definition';
import { UserError } from '../../contract/user-error';

/** Retries for some seconds only: services that are up answer at once. */
const RETRIES = 3;

/**
 * Creates the topics that do not exist. Throws a UserError when a topic exists with other settings: it may
 * contain data that somebody needs, so it is not changed.
 */
export async function ensureTopics(bootstrapServers: string, topics: readonly JobTopic[]): Promise<void> {
  const kafka = new Kafka({
    clientId: 'jobs',
    brokers: [bootstrapServers],
    logLevel: logLevel.NOTHING,
    retry: { retries: RETRIES },
  });
  const admin = kafka.admin();
  try {
    await connect(admin, bootstrapServers);
    const there = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !there.has(name));
    // Returns false, without an error, for topics that another process creates at the same time.
    await admin.createTopics({
      topics: missing.map((topic) => ({
        topic: topic.name,
        numPartitions: topic.partitions,
        configEntries: Object.entries(settings(topic)).map(([name, value]) => ({ name, value })),
      })),
    });
    for (const topic of topics.filter(({ name }) => there.has(name))) await check(admin, topic);
  } finally {
    await admin.disconnect();
  }
}

async function connect(admin: Admin, bootstrapServers: string): Promise<void> {
  await admin.connect().catch((error: unknown) => {
    throw new UserError(
      'JOB_FAILED',
      `Kafka does not answer at ${bootstrapServers}: ${(error as Error).message}`,
      { fix: 'wait until `npm start` reports that the services are up' },
    );
  });
}

/** The settings of a topic, by Kafka's names. */
function settings({ cleanup, config }: JobTopic): Record<string, string> {
  return { ...(cleanup === undefined ? {} : { 'cleanup.policy': cleanup }), ...config };
}

async function check(admin: Admin, topic: JobTopic): Promise<void> {
  const { resources } = await admin.describeConfigs({
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic.name }],
    includeSynonyms: false,
  });
  const found = Object.fromEntries(
    (resources[0]?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue]),
  );
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic.name] });
  const differences = Object.entries(settings(topic))
    .filter(([name, value]) => found[name] !== value)
    .map(([name, value]) => `${name} is ${found[name] ?? 'not known'}, expected ${value}`);
  const partitions = topics[0]?.partitions.length;
  if (topic.partitions !== undefined && partitions !== topic.partitions) {
    differences.push(`it has ${partitions} partitions, expected ${topic.partitions}`);
  }
  if (differences.length === 0) return;
  throw new UserError(
    'JOB_FAILED',
    `the topic ${topic.name} does not have the settings that the job needs: ${differences.join('; ')}`,
    {
      fix: 'change it with kafka-configs.sh or kafka-topics.sh, or delete all data with `npm run local:clean`',
    },
  );
}
